// What stands below a job's counts: its statuses, its definition, its files, and the same job as code.
import { html, useState } from "./html.js";
import { all, deployment, fileAddress, get, jobPath } from "./service.js";
import { bytes, count, duration, secondsBetween } from "./format.js";
import { Named, Status, Told } from "./parts.js";
import { lines } from "./as_code.js";

const MOST_FILES = 1000;

const Change = ({ change, next }) => html`<tr><td><${Status} job=${{ JobStatus: change.Status }} /></td>
  <td>${new Date(change.ChangedAt).toLocaleString()}</td>
  <td class="number">${next ? duration(secondsBetween(change.ChangedAt, next.ChangedAt)) : "–"}</td></tr>`;

export const Changes = ({ changes }) => html`<section aria-labelledby="over-time"><h2 id="over-time">Status over time</h2>
  <div class="scroll" tabindex="0" role="region" aria-label="Table: Status over time"><table>
    <thead><tr><th>Status</th><th>Since</th><th class="number">For</th></tr></thead>
    <tbody>${changes.map((change, place) => html`<${Change} change=${change} next=${changes[place + 1]} />`)}</tbody></table></div></section>`;

export const Files = ({ job }) => {
  const [state, setState] = useState({});
  const load = () => all(`${jobPath(job)}/files`, MOST_FILES).then(setState, (error) => setState({ error }));
  return html`<section aria-labelledby="files"><h2 id="files">Files</h2>
    ${state.items
      ? html`<ul>${state.items.map((file) => html`<li><a href=${fileAddress(file.Url)} download><bdi>${file.FileName}</bdi></a> <span class="quiet">${bytes(file.Size)}</span></li>`)}</ul>
          ${state.more && html`<p class="quiet">The first ${count(state.items.length)} files; GetExportJobFiles has the rest.</p>`}`
      : html`<button onClick=${load}>Show the files to download</button>`}
    <${Told} error=${state.error} /></section>`;
};

const told = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

export const Definition = ({ definition }) => html`<section aria-labelledby="definition"><h2 id="definition">Definition</h2>
  <div class="card"><${Named} entries=${Object.entries(definition).filter(([, value]) => value !== "" && value !== null).map(([name, value]) => [name, told(value)])} /></div></section>`;

const Code = ({ title, text }) => {
  const [copied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(true), () => setCopied(false));
  return html`<h3>${title}</h3>
    <pre tabindex="0" role="region" aria-label=${title}>${text}</pre>
    <div class="row"><button onClick=${copy}>Copy</button><span role="status">${copied ? "Copied." : ""}</span></div>`;
};

export const AsCode = ({ job }) => {
  const { boto3, cli } = lines(job, deployment.url);
  return html`<section aria-labelledby="as-code"><h2 id="as-code">The same job as code</h2>
    <${Code} title="boto3" text=${boto3} /><${Code} title="AWS CLI" text=${cli} /></section>`;
};
