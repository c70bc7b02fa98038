// All jobs, of all apps or of one.
import { html, useState } from "./html.js";
import { all, app as pathOf, get } from "./service.js";
import { age, count, duration, ENDED, secondsBetween } from "./format.js";
import { Bar, Status, Title, Told } from "./parts.js";
import { useRefreshed } from "./refreshed.js";

const MOST_APPS = 50; // two requests an app, again and again: of more, one app has to be chosen
const MOST_OF_EACH = 100;
const SHOWN = 50;

async function jobsOf(app) {
  const kinds = await Promise.all(["import", "export"].map((kind) => all(`${pathOf(app.Id)}/jobs/${kind}`, MOST_OF_EACH)));
  return kinds.flatMap(({ items }) => items.map((job) => ({ ...job, app: app.Name })));
}

async function load(chosen) {
  const items = chosen ? [await get(pathOf(chosen))] : (await all("/apps")).items;
  const apps = items.slice(0, MOST_APPS);
  const jobs = (await Promise.all(apps.map(jobsOf))).flat();
  jobs.sort((one, other) => (one.CreationDate < other.CreationDate ? 1 : -1));
  return { jobs, apps: items.length, left: items.length - apps.length };
}

export const nameOf = (job) =>
  job.Type === "IMPORT"
    ? job.Definition.SegmentName || job.Definition.S3Url.split("/").filter(Boolean).at(-1)
    : job.Definition.SegmentId ? `segment ${job.Definition.SegmentId.slice(0, 8)}…` : "all endpoints";

const Row = ({ job, now }) => html`<tr>
  <td class="less">${job.Type === "IMPORT" ? "Import" : "Export"}</td>
  <td class="name"><a href="#/apps/${job.ApplicationId}/jobs/${job.Type.toLowerCase()}/${job.Id}"><bdi>${nameOf(job)}</bdi></a></td>
  <td class="name less"><bdi>${job.app}</bdi></td>
  <td><${Status} status=${job.JobStatus} /></td>
  <td class="less"><${Bar} label="pieces" done=${job.CompletedPieces || 0} total=${job.TotalPieces || 0} /></td>
  <td class="number">${count(job.TotalProcessed)}</td>
  <td class="number">${job.TotalFailures ? html`<span class="status bad">${count(job.TotalFailures)}</span>` : count(job.TotalFailures)}</td>
  <td class="less">${age(job.CreationDate, now)} ago</td>
  <td class="less">${duration(secondsBetween(job.CreationDate, job.CompletionDate || new Date(now).toISOString()))}</td>
</tr>`;

export const Jobs = ({ app }) => {
  const [shown, setShown] = useState(SHOWN);
  const { value, error } = useRefreshed(() => load(app), ({ jobs }) => jobs.some((job) => !ENDED.has(job.JobStatus)), app);
  const now = Date.now();
  return html`<${Title}>Jobs<//>
    <${Told} error=${error} />
    ${!value && !error && html`<p class="quiet" role="status">Loading…</p>`}
    ${value?.left > 0 && html`<p class="quiet">${count(value.left)} more apps are not shown: choose one above.</p>`}
    ${value && !value.jobs.length && html`<div class="card">
      <p>There are no jobs yet${value.apps ? "" : ", and no app"}.</p>
      <p><a class="button" href=${app ? `#/apps/${app}/import` : "#/import"}>Import a file</a></p></div>`}
    ${value?.jobs.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Table: Jobs"><table>
      <caption>${count(value.jobs.length)} jobs, newest first</caption>
      <thead><tr><th class="less">Kind</th><th>Name</th><th class="less">App</th><th>Status</th><th class="less">Progress</th><th class="number">Rows</th>
        <th class="number">Failed</th><th class="less">Made</th><th class="less">Took</th></tr></thead>
      <tbody>${value.jobs.slice(0, shown).map((job) => html`<${Row} key=${job.Id} job=${job} now=${now} />`)}</tbody>
    </table></div>`}
    ${value?.jobs.length > shown && html`<p><button onClick=${() => setShown(shown + SHOWN)}>Show more</button></p>`}`;
};
