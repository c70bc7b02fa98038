// One job: what it does, how far it is, what failed.
import { html, useRef } from "./html.js";
import { get, jobPath } from "./service.js";
import { age, count, duration, ENDED, kindOf, nameOf, secondsBetween, share } from "./format.js";
import { Bar, Numbers, Status, Title, Told } from "./parts.js";
import { useRefreshed } from "./refreshed.js";
import { Failures } from "./failures.js";
import { JobChanges } from "./job_changes.js";
import { AsCode, Changes, Definition, Files } from "./job_details.js";

function executionAddress(arn) {
  const region = arn.split(":")[3];
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
}

const rowsOf = (job) => (job.TotalProcessed || 0) + (job.TotalFailures || 0);
const took = (job) => secondsBetween(job.CreationDate, job.CompletionDate || new Date().toISOString());

// Rows a second: since the look before while the job runs, over all of it once it has ended.
function useSpeed(job) {
  const before = useRef({});
  const now = { rows: rowsOf(job), at: Date.now() };
  const last = before.current;
  if (last.rows !== now.rows) before.current = { ...now, speed: last.at ? (1000 * (now.rows - last.rows)) / (now.at - last.at) : undefined };
  const whole = now.rows / took(job);
  const speed = ENDED.has(job.JobStatus) ? whole : before.current.speed ?? whole;
  return Number.isFinite(speed) ? `${count(Math.round(speed))} a second` : "–";
}

const Counts = ({ job }) => {
  const speed = useSpeed(job);
  const rows = rowsOf(job);
  return html`<${Numbers} entries=${[
    ...(job.Type === "IMPORT"
      ? [["Rows read", count(rows)], [job.Definition.DryRun ? "Rows that would go in" : "Rows that went in", count(job.TotalProcessed)],
         ["Rows failed", `${count(job.TotalFailures)}${job.TotalFailures ? `, ${share(job.TotalFailures, rows)}` : ""}`]]
      : [["Endpoints written", count(job.TotalProcessed)]]),
    ["Pieces", `${count(job.CompletedPieces)} of ${count(job.TotalPieces)}`],
    ["Pieces failed", count(job.FailedPieces)],
    ["Throughput", speed],
  ]} />`;
};

const List = ({ title, names }) => names?.length > 0 && html`<section><h2>${title}</h2>
  <ul>${names.map((name) => html`<li><bdi>${name}</bdi></li>`)}</ul></section>`;

const WhatFailed = ({ job, ended }) => html`<div>
  ${job.Failures?.length > 0 && !job.TotalFailures && html`<${List} title="Why it failed" names=${job.Failures} />`}
  ${job.Type === "IMPORT" && job.TotalFailures > 0 && (ended ? html`<${Failures} job=${job} />` : html`<${List} title="Failed rows so far" names=${job.Failures} />`)}</div>`;

const Shown = ({ job, refresh }) => {
  const ended = ENDED.has(job.JobStatus);
  return html`<div>
    <p aria-live="polite"><${Status} job=${job} />
      <span class="quiet"> · ${ended ? `took ${duration(took(job))}` : `made ${age(job.CreationDate, Date.now())} ago`}</span></p>
    <${Counts} job=${job} />
    <div class="card"><${Bar} label="Pieces" done=${(job.CompletedPieces || 0) + (job.FailedPieces || 0)} total=${job.TotalPieces || 0} ended=${ended} /></div>
    <${JobChanges} job=${job} refresh=${refresh} />
    <${WhatFailed} job=${job} ended=${ended} />
    ${job.Type === "EXPORT" && ended && html`<${Files} job=${job} />`}
    <${List} title="Files that were left out" names=${job.SkippedFiles} />
    <${List} title="Columns that were left out" names=${job.IgnoredFields} />
    ${job.StatusChanges?.length > 0 && html`<${Changes} changes=${job.StatusChanges} />`}
    ${job.ExecutionArn && html`<p><a href=${executionAddress(job.ExecutionArn)} target="_blank" rel="noreferrer">Execution in the Step Functions console</a></p>`}
    <${Definition} definition=${job.Definition} />
    <${AsCode} job=${job} /></div>`;
};

export const JobView = ({ app, kind, id }) => {
  const path = jobPath({ ApplicationId: app, Type: kind, Id: id });
  const { value, error, refresh } = useRefreshed(() => get(path), (job) => !ENDED.has(job.JobStatus), id);
  return html`<${Title}>${value ? html`${kindOf(value)} <bdi>${nameOf(value)}</bdi>` : "Job"}<//>
    <p><a href="#/apps/${app}/jobs">All jobs of this app</a>
      ${value?.Definition.SegmentId && html` · <a href="#/apps/${app}/segments/${value.Definition.SegmentId}">Segment</a>`}</p>
    <${Told} error=${error} />
    ${!value && !error && html`<p class="quiet" role="status">Loading…</p>`}
    ${value && html`<${Shown} job=${value} refresh=${refresh} />`}`;
};
