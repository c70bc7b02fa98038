// A new import: a file or an S3 URL, its columns, a dry run, and then the job.
import { html, useEffect, useRef, useState } from "./html.js";
import { app as pathOf, call, get, upload } from "./service.js";
import { bytes, count, ENDED } from "./format.js";
import { Numbers, Title, Told } from "./parts.js";
import { columnsOf } from "./csv_record.js";
import { enough, fieldOf, rulesOf } from "./fields.js";
import { Failures } from "./failures.js";

const BEGINNING = 256 * 1024;
const GZIP = [0x1f, 0x8b];
const DRY_RUN_MS = 1000;

// Return the beginning of a file as text, out of gzip where it is that.
async function beginningOf(file) {
  const part = await file.slice(0, BEGINNING).arrayBuffer();
  const head = new Uint8Array(part);
  if (head[0] !== GZIP[0] || head[1] !== GZIP[1]) return new TextDecoder().decode(part);
  const reader = new Blob([part]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const { value } = await reader.read(); // the rest of it is cut off, so only what comes first is asked for
  return new TextDecoder().decode(value);
}

const isJson = (name) => /\.(json|jsonl|ndjson)(\.gz)?$/i.test(name);

function useFields() {
  const [fields, setFields] = useState([]);
  useEffect(() => {
    fetch("columns.json").then((answer) => answer.json()).then(setFields);
  }, []);
  return fields;
}

const Drop = ({ onFile }) => {
  const [over, setOver] = useState(false);
  const input = useRef(null);
  const take = (files) => files?.[0] && onFile(files[0]);
  return html`<div class="drop ${over ? "over" : ""}"
      onDragOver=${(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave=${() => setOver(false)}
      onDrop=${(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files); }}>
    <p>Drop a CSV or JSON file here, plain or gzip, or choose one.</p>
    <label><span class="hidden">File</span>
      <input ref=${input} type="file" onChange=${(event) => take(event.target.files)} /></label>
  </div>`;
};

const Choice = ({ column, field, fields, onChoose }) => {
  const own = fieldOf(column, fields);
  const options = ["", ...(own && !fields.includes(own) ? [own] : []), ...fields];
  const unknown = !field;
  return html`<tr>
    <td class=${unknown ? "fault" : "name"}><bdi>${column}</bdi>${unknown && html`<span class="hidden"> is left out</span>`}</td>
    <td><select aria-label="Field of ${column}" value=${field} onChange=${(event) => onChoose(event.target.value)}>
      ${options.map((name) => html`<option value=${name}>${name || "(left out)"}</option>`)}
      ${[`Attributes.${column}`, `Metrics.${column}`, `User.UserAttributes.${column}`].filter((name) => name !== own).map((name) => html`<option value=${name}>${name}</option>`)}
    </select></td></tr>`;
};

const Columns = ({ columns, chosen, fields, onChoose }) => html`
  <div class="scroll" tabindex="0" role="region" aria-label="Table: Columns"><table>
    <caption>Columns of the file, and the fields of an endpoint that they are. Marked ones are left out.</caption>
    <thead><tr><th>Column</th><th>Field</th></tr></thead>
    <tbody>${columns.map((column) => html`<${Choice} key=${column} column=${column} fields=${fields}
      field=${chosen[column] ?? fieldOf(column, fields)} onChoose=${(field) => onChoose(column, field)} />`)}</tbody>
  </table></div>`;

const Constant = ({ fields, constants, onChange }) => {
  const [field, value] = Object.entries(constants)[0] || ["", ""];
  return html`<div class="row"><span>Where a row has none:</span>
    <label><span class="hidden">Field with a constant</span><select value=${field} onChange=${(event) => onChange({ [event.target.value]: value })}>
      <option value="">(no constant)</option>${fields.filter((name) => name !== "Id").map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
    <label><span class="hidden">Constant</span><input type="text" placeholder="for example EMAIL" value=${value} disabled=${!field}
      onInput=${(event) => onChange({ [field]: event.target.value })} /></label></div>`;
};

async function ended(app, job, onProgress) {
  for (;;) {
    const found = await get(`${pathOf(app)}/jobs/import/${job.Id}`);
    onProgress(found);
    if (ENDED.has(found.JobStatus)) return found;
    await new Promise((resolve) => setTimeout(resolve, DRY_RUN_MS));
  }
}

export const NewImport = ({ apps, app }) => {
  const fields = useFields();
  const [chosenApp, setApp] = useState(app);
  const [source, setSource] = useState({ s3: "", role: "", format: "CSV" });
  const [file, setFile] = useState();
  const [columns, setColumns] = useState([]);
  const [chosen, setChosen] = useState({});
  const [constants, setConstants] = useState({});
  const [segment, setSegment] = useState("");
  const [state, setState] = useState({ busy: "" });
  const where = chosenApp || (apps.length === 1 ? apps[0].Id : "");
  const changed = (set) => (value) => {
    set(value);
    setState({ busy: "" }); // what was judged before is no longer what would be imported
  };

  const onFile = async (taken) => {
    setFile(taken);
    setState({ busy: "" });
    setChosen({});
    const format = isJson(taken.name) ? "JSON" : "CSV";
    setSource({ ...source, s3: "", format });
    setColumns(format === "CSV" ? columnsOf(await beginningOf(taken)).columns : []);
  };

  const run = async (dry) => {
    try {
      let uploaded = state.uploaded;
      if (file && !uploaded) {
        const place = await call("POST", `${pathOf(where)}/uploads`, { FileName: file.name, Size: file.size });
        await upload(place.Url, file, (sent) => setState({ busy: `Sending ${bytes(sent)} of ${bytes(file.size)}`, sent }));
        uploaded = place.S3Url;
      }
      const request = {
        S3Url: uploaded || source.s3,
        Format: source.format,
        ...(uploaded ? {} : source.role && { RoleArn: source.role }),
        ...(segment.trim() ? { DefineSegment: true, SegmentName: segment.trim() } : {}),
        ...(source.format === "CSV" ? rulesOf(columns, chosen, constants, fields) : {}),
        ...(dry ? { DryRun: true } : {}),
      };
      const job = await call("POST", `${pathOf(where)}/jobs/import`, request);
      if (!dry) {
        location.hash = `/apps/${where}/jobs/import/${job.Id}`;
        return;
      }
      const busy = (found) => setState({ busy: `Dry run: ${count((found.TotalProcessed || 0) + (found.TotalFailures || 0))} rows`, uploaded });
      setState({ busy: "", uploaded, judged: await ended(where, job, busy) });
    } catch (error) {
      setState((before) => ({ ...before, busy: "", error }));
    }
  };

  const ready = where && (file || source.s3) && !state.busy;
  return html`<${Title}>New import<//>
    ${!apps.length && html`<div class="card"><p>There is no app yet. Make one first:</p><${NewApp} /></div>`}
    <label class="field">App
      <select value=${where} onChange=${(event) => changed(setApp)(event.target.value)}>
        <option value="">Choose an app</option>
        ${apps.map((each) => html`<option key=${each.Id} value=${each.Id}>${each.Name}</option>`)}</select></label>
    <h2>The file</h2>
    <${Drop} onFile=${onFile} />
    ${file && html`<p><bdi>${file.name}</bdi>, ${bytes(file.size)} <button onClick=${() => { setFile(); setColumns([]); setState({ busy: "" }); }}>Take another</button></p>`}
    ${!file && html`<label class="field">Or its S3 URL, a file or a folder
        <input type="text" value=${source.s3} placeholder="s3://my-bucket/imports/" onInput=${(event) => changed(setSource)({ ...source, s3: event.target.value.trim() })} /></label>
      <label class="field">Role that reads it
        <input type="text" value=${source.role} placeholder="arn:aws:iam::…:role/segment-jobs/…" onInput=${(event) => changed(setSource)({ ...source, role: event.target.value.trim() })} /></label>`}
    <label class="field">Format
      <select value=${source.format} onChange=${(event) => changed(setSource)({ ...source, format: event.target.value })}>
        <option value="CSV">CSV</option><option value="JSON">JSON</option></select></label>
    ${columns.length > 0 && source.format === "CSV" && html`<h2>Columns</h2>
      <${Columns} columns=${columns} chosen=${chosen} fields=${fields} onChoose=${(column, field) => changed(setChosen)({ ...chosen, [column]: field })} />
      <${Constant} fields=${fields} constants=${constants} onChange=${changed(setConstants)} />
      ${!enough(columns, chosen, constants, fields) && html`<p class="told">A new endpoint needs Address and ChannelType: choose their columns, or a constant.</p>`}`}
    <label class="field">Segment to make of the rows (may be left out)
      <input type="text" value=${segment} onInput=${(event) => changed(setSegment)(event.target.value)} /></label>
    <div class="row">
      <button class=${state.judged ? "" : "main"} disabled=${!ready} onClick=${() => run(true)}>Dry run</button>
      <button class=${state.judged ? "main" : ""} disabled=${!ready || !state.judged} onClick=${() => run(false)}>Import</button>
      <span role="status">${state.busy}</span>
    </div>
    ${state.busy && file && state.sent !== undefined && html`<progress aria-label="Upload" value=${state.sent} max=${file.size}></progress>`}
    <${Told} error=${state.error} />
    ${state.judged && html`<${Judged} job=${state.judged} />`}`;
};

const Judged = ({ job }) => html`<section aria-labelledby="judged"><h2 id="judged">What the dry run found</h2>
  <${Numbers} entries=${[["Rows that would go in", count(job.TotalProcessed)], ["Rows that would fail", count(job.TotalFailures)]]} />
  ${job.JobStatus !== "COMPLETED" && html`<p class="told" role="alert">${(job.Failures || ["The dry run did not complete."]).join("\n")}</p>`}
  ${job.IgnoredFields?.length > 0 && html`<p>Columns that are left out: ${job.IgnoredFields.join(", ")}</p>`}
  ${job.TotalFailures > 0 && html`<${Failures} job=${job} />`}</section>`;

const NewApp = () => {
  const [name, setName] = useState("");
  const [error, setError] = useState();
  const make = async () => {
    try {
      const made = await call("POST", "/apps", { Name: name });
      location.hash = `/apps/${made.Id}/import`;
    } catch (refused) {
      setError(refused);
    }
  };
  return html`<div class="row"><label>Name <input type="text" value=${name} onInput=${(event) => setName(event.target.value)} /></label>
    <button class="main" disabled=${!name.trim()} onClick=${make}>Make the app</button></div><${Told} error=${error} />`;
};
