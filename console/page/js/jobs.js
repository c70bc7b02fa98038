// All jobs, of all apps or of one.
import { html, useMemo, useState } from "./html.js";
import { get } from "./service.js";
import { age, count, counted, duration, ENDED, kindOf, nameOf, secondsBetween } from "./format.js";
import { Bar, Status, Title, Told } from "./parts.js";
import { useRefreshed } from "./refreshed.js";
import { WatchedJobs } from "./watched_jobs.js";

const SHOWN = 50;

const Row = ({ job, now }) => html`<tr>
  <td class="when" data-label="Kind">${kindOf(job)}</td>
  <td class="name"><a href="#/apps/${job.ApplicationId}/jobs/${job.Type.toLowerCase()}/${job.Id}"><bdi title=${nameOf(job)}>${nameOf(job)}</bdi></a></td>
  <td class="name" data-label="App"><bdi title=${job.app}>${job.app}</bdi></td>
  <td><${Status} job=${job} /></td>
  <td data-label="Progress"><${Bar} label="pieces" done=${(job.CompletedPieces || 0) + (job.FailedPieces || 0)} total=${job.TotalPieces || 0} ended=${ENDED.has(job.JobStatus)} /></td>
  <td class="number" data-label="Rows">${count(job.TotalProcessed)}</td>
  <td class="number" data-label="Failed">${job.TotalFailures ? html`<span class="status bad">${count(job.TotalFailures)}</span>` : count(job.TotalFailures)}</td>
  <td class="when" data-label="Made">${age(job.CreationDate, now)} ago</td>
  <td class="when" data-label="Took">${duration(secondsBetween(job.CreationDate, job.CompletionDate || new Date(now).toISOString()))}</td>
</tr>`;

const Table = ({ jobs, shown }) => html`<div class="scroll" tabindex="0" role="region" aria-label="Table: Jobs"><table class="stacked">
  <caption>${counted(jobs.length, "job")}, newest first</caption>
  <thead><tr><th>Kind</th><th>Name</th><th>App</th><th>Status</th><th>Progress</th><th class="number">Rows</th>
    <th class="number">Failed</th><th>Made</th><th>Took</th></tr></thead>
  <tbody>${jobs.slice(0, shown).map((job) => html`<${Row} key=${job.Id} job=${job} now=${Date.now()} />`)}</tbody>
</table></div>`;

// The jobs that are known, how many apps they are of, and whether there are more to read.
const Found = ({ found, apps, onMore }) => {
  const [shown, setShown] = useState(SHOWN);
  const { jobs, read, more } = found;
  return html`<div>
    ${read < apps && html`<p class="quiet">These are the jobs of ${count(read)} of ${count(apps)} apps.</p>`}
    ${jobs.length > 0 && html`<${Table} jobs=${jobs} shown=${shown} />`}
    <div class="row">
      ${jobs.length > shown && html`<button onClick=${() => setShown(shown + SHOWN)}>Show more</button>`}
      ${more && html`<button onClick=${onMore}>${read < apps ? "Read the jobs of more apps" : "Read older jobs"}</button>`}
    </div></div>`;
};

const None = ({ app, apps }) => html`<div class="card">
  <p>There are no jobs yet${apps.length ? "" : ", and no app"}.</p>
  <p><a class="button" href=${app ? `#/apps/${app}/import` : "#/import"}>Import a file</a></p></div>`;

export const Jobs = ({ apps, app }) => {
  const chosen = app ? [apps.find(({ Id }) => Id === app) || { Id: app, Name: "" }] : apps;
  const watched = useMemo(() => new WatchedJobs(chosen, get), [app, chosen.length]);
  const { value, error, refresh } = useRefreshed(() => watched.look(), ({ jobs }) => jobs.some((job) => !ENDED.has(job.JobStatus)), watched);
  const onMore = () => {
    watched.wanted = true;
    refresh();
  };
  return html`<${Title}>Jobs<//>
    <${Told} error=${error} />
    ${!value && !error && html`<p class="quiet" role="status">Loading…</p>`}
    ${value && !value.jobs.length && !value.more && html`<${None} app=${app} apps=${apps} />`}
    ${value && html`<${Found} found=${value} apps=${chosen.length} onMore=${onMore} />`}`;
};
