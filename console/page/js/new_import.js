// A new import: a file or an S3 URL, its columns, a dry run, and then the job.
import { html, useEffect, useState } from "./html.js";
import { app as pathOf, call, get, upload } from "./service.js";
import { bytes, count, ENDED, nameOf, share } from "./format.js";
import { Numbers, Title, Told } from "./parts.js";
import { Columns, Constants, useFields } from "./columns_choice.js";
import { NO_SOURCE, SourceChoice } from "./source_choice.js";
import { enough, rulesOf } from "./fields.js";
import { Failures } from "./failures.js";
import { NewApp } from "./new_app.js";

const DRY_RUN_MS = 1000;

async function ended(app, job, onProgress) {
  for (;;) {
    const found = await get(`${pathOf(app)}/jobs/import/${job.Id}`);
    onProgress(found);
    if (ENDED.has(found.JobStatus)) return found;
    await new Promise((resolve) => setTimeout(resolve, DRY_RUN_MS));
  }
}

// What the job had whose failed rows are imported again: its columns and constants.
function useBefore(app, id) {
  const [before, setBefore] = useState(id ? undefined : {});
  const [error, setError] = useState();
  useEffect(() => {
    if (id) get(`${pathOf(app)}/jobs/import/${id}`).then(setBefore, setError);
  }, [id]);
  return { before, error };
}

export const NewImport = ({ apps, app, again }) => {
  const { before, error } = useBefore(app, again);
  return html`<${Title}>New import<//>
    <${Told} error=${error} />
    ${!apps.length && !app && html`<div class="card"><p>There is no app yet. Make one first:</p><${NewApp} /></div>`}
    ${again && before && html`<div class="card"><p>Choose the file with the failed rows of <b><bdi>${nameOf(before)}</bdi></b> that you downloaded and mended.
      Columns and constants are those of that job; the columns that say what was wrong are left out.</p></div>`}
    ${before && html`<${Form} key=${before.Id} apps=${apps} app=${app} before=${before.Definition || {}} />`}`;
};

const Form = ({ apps, app, before }) => {
  const fields = useFields();
  const [where, setWhere] = useState(app || (apps.length === 1 ? apps[0].Id : ""));
  const [source, setSource] = useState(NO_SOURCE);
  const [chosen, setChosen] = useState(before.Columns || {});
  const [constants, setConstants] = useState(Object.entries(before.Constants || {}));
  const [segment, setSegment] = useState("");
  const [uploaded, setUploaded] = useState("");
  const [state, setState] = useState({ busy: "" });
  const changed = (...set) => (value) => {
    set.forEach((each) => each(value));
    setState({ busy: "" }); // what was judged before is no longer what would be imported
  };
  const anotherFile = changed(setSource, () => setUploaded(""), (taken) => taken.file !== source.file && setChosen(before.Columns || {}));
  const rules = source.columns.length > 0 && source.format === "CSV";

  const send = async () => {
    if (!source.file || uploaded) return uploaded;
    const place = await call("POST", `${pathOf(where)}/uploads`, { FileName: source.file.name, Size: source.file.size });
    await upload(place.Url, source.file, (sent) => setState({ busy: `Sending ${bytes(sent)} of ${bytes(source.file.size)}`, sent }));
    setUploaded(place.S3Url);
    return place.S3Url;
  };
  const request = (sent, dry) => ({
    S3Url: sent || source.s3,
    Format: source.format,
    ...(!sent && source.role ? { RoleArn: source.role } : {}),
    ...(segment.trim() ? { DefineSegment: true, SegmentName: segment.trim() } : {}),
    ...(rules ? rulesOf(source.columns, chosen, Object.fromEntries(constants), fields) : {}),
    ...(dry ? { DryRun: true } : {}),
  });
  const run = async (dry) => {
    try {
      setState((now) => ({ ...now, busy: "Asking the service", error: undefined }));
      const job = await call("POST", `${pathOf(where)}/jobs/import`, request(await send(), dry));
      if (!dry) {
        location.hash = `/apps/${where}/jobs/import/${job.Id}`;
        return;
      }
      const busy = (found) => setState({ busy: `Dry run: ${count((found.TotalProcessed || 0) + (found.TotalFailures || 0))} rows` });
      setState({ busy: "", judged: await ended(where, job, busy) });
    } catch (error) {
      setState((now) => ({ ...now, busy: "", error }));
    }
  };

  const ready = where && (source.file || source.s3) && !state.busy;
  const judged = state.judged?.JobStatus === "COMPLETED";
  return html`<div>
    <label class="field">App
      <select value=${where} onChange=${(event) => changed(setWhere, () => setUploaded(""))(event.target.value)}>
        <option value="">Choose an app</option>
        ${apps.map((each) => html`<option key=${each.Id} value=${each.Id}>${each.Name}</option>`)}</select></label>
    ${apps.length > 0 && html`<details><summary>Make a new app</summary><${NewApp} /></details>`}
    <${SourceChoice} source=${source} onChange=${anotherFile} />
    ${rules && html`<${Columns} columns=${source.columns} sample=${source.sample} chosen=${chosen} fields=${fields} onChoose=${changed(setChosen)} />
      <${Constants} constants=${constants} fields=${fields} onChange=${changed(setConstants)} />
      ${!enough(source.columns, chosen, Object.fromEntries(constants), fields) && html`<p class="told">A new endpoint needs Address and ChannelType: choose their columns, or a constant.</p>`}`}
    <label class="field">Segment to make of the rows (may be left out)
      <input type="text" value=${segment} onInput=${(event) => changed(setSegment)(event.target.value)} /></label>
    <div class="row">
      <button class=${judged ? "" : "main"} disabled=${!ready} onClick=${() => run(true)}>Dry run</button>
      <button class=${judged ? "main" : ""} disabled=${!ready || !judged} onClick=${() => run(false)}>Import</button>
      <span role="status">${state.busy}</span>
    </div>
    ${state.busy && source.file && state.sent !== undefined && html`<progress aria-label="Upload" value=${state.sent} max=${source.file.size}></progress>`}
    <${Told} error=${state.error} />
    ${state.judged && html`<${Judged} job=${state.judged} />`}</div>`;
};

const Judged = ({ job }) => {
  const rows = (job.TotalProcessed || 0) + (job.TotalFailures || 0);
  return html`<section aria-labelledby="judged"><h2 id="judged">What the dry run found</h2>
    <${Numbers} entries=${[["Rows read", count(rows)], ["Rows that would go in", count(job.TotalProcessed)],
      ["Rows that would fail", `${count(job.TotalFailures)}${job.TotalFailures ? `, ${share(job.TotalFailures, rows)}` : ""}`]]} />
    ${job.JobStatus !== "COMPLETED" && html`<p class="told" role="alert">${(job.Failures || ["The dry run did not complete."]).join("\n")}</p>`}
    ${job.IgnoredFields?.length > 0 && html`<p>Columns that are left out: <bdi>${job.IgnoredFields.join(", ")}</bdi></p>`}
    ${job.TotalFailures > 0 && html`<${Failures} job=${job} />`}</section>`;
};
