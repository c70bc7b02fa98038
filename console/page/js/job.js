// One job: what it does, how far it is, what failed.
import { html, useRef, useState } from "./html.js";
import { call, fileAddress, get, jobPath } from "./service.js";
import { age, count, duration, ENDED, secondsBetween } from "./format.js";
import { Bar, Numbers, Question, Status, Title, Told } from "./parts.js";
import { useRefreshed } from "./refreshed.js";
import { Failures } from "./failures.js";
import { nameOf } from "./jobs.js";
import { lines } from "./as_code.js";

function executionAddress(arn) {
  const region = arn.split(":")[3];
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
}

const rowsOf = (job) => (job.TotalProcessed || 0) + (job.TotalFailures || 0);

// Rows a second: since the look before while the job runs, over all of it once it has ended.
function useSpeed(job) {
  const before = useRef({});
  if (!job) return "–";
  const seconds = secondsBetween(job.CreationDate, job.CompletionDate || new Date().toISOString());
  const now = { rows: rowsOf(job), at: Date.now() };
  const last = before.current;
  if (last.rows !== now.rows) before.current = { ...now, speed: last.at ? (1000 * (now.rows - last.rows)) / (now.at - last.at) : undefined };
  const speed = ENDED.has(job.JobStatus) ? now.rows / seconds : before.current.speed ?? now.rows / seconds;
  return Number.isFinite(speed) ? `${count(Math.round(speed))} a second` : "–";
}

const Changes = ({ changes }) => html`<section aria-labelledby="over-time"><h2 id="over-time">Status over time</h2>
  <div class="scroll" tabindex="0" role="region" aria-label="Table: Status over time"><table><thead><tr><th>Status</th><th>Since</th></tr></thead>
    <tbody>${changes.map((change) => html`<tr><td><${Status} status=${change.Status} /></td>
      <td>${new Date(change.ChangedAt).toLocaleString()}</td></tr>`)}</tbody></table></div></section>`;

const Files = ({ job }) => {
  const [state, setState] = useState({});
  const load = () => get(`${jobPath(job)}/files`).then((page) => setState({ page }), (error) => setState({ error }));
  return html`<section aria-labelledby="files"><h2 id="files">Files</h2>
    ${state.page
      ? html`<ul>${state.page.Item.map((file) => html`<li><a href=${fileAddress(file.Url)} download><bdi>${file.FileName}</bdi></a></li>`)}</ul>`
      : html`<button onClick=${load}>Show the files to download</button>`}
    <${Told} error=${state.error} /></section>`;
};

const Named = ({ title, names }) => names?.length > 0 && html`<section><h2>${title}</h2>
  <ul>${names.map((name) => html`<li><bdi>${name}</bdi></li>`)}</ul></section>`;

const Changing = ({ job, refresh }) => {
  const [asked, ask] = useState("");
  const [error, setError] = useState();
  const act = async (wanted) => {
    const what = asked;
    ask("");
    if (!wanted) return;
    try {
      await (what === "cancel" ? call("DELETE", jobPath(job)) : call("POST", `${jobPath(job)}/retry`));
      setError(undefined);
    } catch (refused) {
      setError(refused);
    }
    refresh();
  };
  const may = ENDED.has(job.JobStatus) ? (job.JobStatus === "COMPLETED" ? "" : "retry") : "cancel";
  return html`<div class="row">
      ${may === "cancel" && html`<button onClick=${() => ask("cancel")}>Cancel</button>`}
      ${may === "retry" && html`<button class="main" onClick=${() => ask("retry")}>Retry</button>`}
    </div>
    ${asked && html`<${Question} title=${asked === "cancel" ? "Cancel this job?" : "Run this job again?"}
      yes=${asked === "cancel" ? "Cancel the job" : "Run it again"} onAnswer=${act}>
      <p>${asked === "cancel"
        ? "Rows that are in stay in. Pieces that have not begun are left out; the job can be retried for them."
        : "Only the pieces that were not done run again. No row counts twice."}</p><//>`}
    <${Told} error=${error} />`;
};

const Shown = ({ job, refresh }) => {
  const speed = useSpeed(job);
  const ended = ENDED.has(job.JobStatus);
  const took = secondsBetween(job.CreationDate, job.CompletionDate || new Date().toISOString());
  return html`
    <p aria-live="polite"><${Status} status=${job.JobStatus} />
      <span class="quiet"> · ${ended ? `took ${duration(took)}` : `made ${age(job.CreationDate, Date.now())} ago`}</span></p>
    <${Numbers} entries=${[
      [job.Type === "IMPORT" ? "Rows processed" : "Endpoints written", count(job.TotalProcessed)],
      ["Rows failed", count(job.TotalFailures)],
      ["Pieces", `${count(job.CompletedPieces)} of ${count(job.TotalPieces)}`],
      ["Pieces failed", count(job.FailedPieces)],
      ["Throughput", speed],
    ]} />
    <div class="card" style=${{ marginTop: "1rem" }}><${Bar} label="Pieces" done=${(job.CompletedPieces || 0) + (job.FailedPieces || 0)} total=${job.TotalPieces || 0} /></div>
    <${Changing} job=${job} refresh=${refresh} />
    ${job.Failures?.length > 0 && !job.TotalFailures && html`<${Named} title="Why it failed" names=${job.Failures} />`}
    ${job.Type === "IMPORT" && job.TotalFailures > 0 && ended && html`<${Failures} job=${job} />`}
    ${job.Type === "IMPORT" && job.TotalFailures > 0 && !ended && html`<${Named} title="Failed rows so far" names=${job.Failures} />`}
    ${job.Type === "EXPORT" && ended && html`<${Files} job=${job} />`}
    <${Named} title="Files that were left out" names=${job.SkippedFiles} />
    <${Named} title="Columns that were left out" names=${job.IgnoredFields} />
    ${job.ExecutionArn && html`<p><a href=${executionAddress(job.ExecutionArn)} target="_blank" rel="noreferrer">Execution in the Step Functions console</a></p>`}
    ${job.StatusChanges?.length > 0 && html`<${Changes} changes=${job.StatusChanges} />`}
    <h2>Definition</h2>
    <${Numbers} entries=${Object.entries(job.Definition).map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)])} />
    <h2>The same job by boto3 and the AWS CLI</h2>
    <pre tabindex="0">${lines(job).boto3}</pre>
    <pre tabindex="0">${lines(job).cli}</pre>`;
};

export const JobView = ({ app, kind, id }) => {
  const path = jobPath({ ApplicationId: app, Type: kind, Id: id });
  const { value, error, refresh } = useRefreshed(() => get(path), (job) => !ENDED.has(job.JobStatus), id);
  return html`<${Title}>${kind === "import" ? "Import" : "Export"} ${value ? html`<bdi>${nameOf(value)}</bdi>` : ""}<//>
    <p><a href="#/apps/${app}/jobs">All jobs of this app</a>
      ${value?.Definition.SegmentId && html` · <a href="#/apps/${app}/segments/${value.Definition.SegmentId}">Segment</a>`}</p>
    <${Told} error=${error} />
    ${!value && !error && html`<p class="quiet" role="status">Loading…</p>`}
    ${value && html`<${Shown} job=${value} refresh=${refresh} />`}`;
};
