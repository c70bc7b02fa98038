// One segment: who is in it, how it grew, its export, and an endpoint of the app.
import { html, useState } from "./html.js";
import { all, app as pathOf, call, get } from "./service.js";
import { count } from "./format.js";
import { Bars, Title, Told } from "./parts.js";
import { useRefreshed } from "./refreshed.js";
import { sentence } from "./sentence.js";
import { EndpointSearch } from "./endpoint_search.js";

async function load(app, id) {
  const path = `${pathOf(app)}/segments/${id}`;
  const [segment, versions] = await Promise.all([get(path), all(`${path}/versions`)]);
  return { segment, versions: versions.items };
}

const Sizes = ({ versions }) => html`<section aria-labelledby="versions"><h2 id="versions">Versions</h2>
  <div class="scroll" tabindex="0" role="region" aria-label="Table: Versions"><table>
    <thead><tr><th class="number">Version</th><th>Made</th><th class="number">Size</th></tr></thead>
    <tbody>${versions.map((version) => html`<tr><td class="number">${count(version.Version)}</td>
      <td>${new Date(version.LastModifiedDate || version.CreationDate).toLocaleString()}</td>
      <td class="number">${count(version.ImportDefinition?.Size)}</td></tr>`)}</tbody></table></div>
  ${versions.some((version) => version.ImportDefinition) && html`<h3>Size over time</h3>
    <${Bars} caption="Size by version" entries=${[...versions].reverse().map((version) => [`Version ${version.Version}`, version.ImportDefinition?.Size || 0])} />`}
</section>`;

const Export = ({ segment }) => {
  const [state, setState] = useState({ prefix: "", role: "" });
  const start = async () => {
    try {
      const own = async () => `s3://${await ownBucket(segment.ApplicationId)}/exports/${segment.ApplicationId}/${segment.Id}/`;
      const job = await call("POST", `${pathOf(segment.ApplicationId)}/jobs/export`, {
        S3UrlPrefix: state.prefix || (await own()),
        SegmentId: segment.Id,
        ...(state.prefix && state.role ? { RoleArn: state.role } : {}),
      });
      location.hash = `/apps/${segment.ApplicationId}/jobs/export/${job.Id}`;
    } catch (error) {
      setState({ ...state, error });
    }
  };
  return html`<section aria-labelledby="export"><h2 id="export">Export</h2>
    <label class="field">To a folder in S3 (left out: to download it here)
      <input type="text" value=${state.prefix} placeholder="s3://my-bucket/exports/" onInput=${(event) => setState({ ...state, prefix: event.target.value.trim() })} /></label>
    ${state.prefix && html`<label class="field">Role that writes there
      <input type="text" value=${state.role} onInput=${(event) => setState({ ...state, role: event.target.value.trim() })} /></label>`}
    <button class="main" onClick=${start}>Export</button>
    <${Told} error=${state.error} /></section>`;
};

// An upload's place is in the service's own bucket, where exports without a role go.
async function ownBucket(app) {
  const { S3Url } = await call("POST", `${pathOf(app)}/uploads`, { FileName: "unused.csv" });
  return S3Url.split("/")[2];
}

const Shown = ({ segment, versions }) => html`
  <p>${sentence(segment)}</p>
  ${segment.ImportDefinition?.ChannelCounts && html`<section aria-labelledby="channels"><h2 id="channels">Channels</h2>
    <div class="card"><${Bars} caption="Endpoints by channel" entries=${Object.entries(segment.ImportDefinition.ChannelCounts)} /></div></section>`}
  <${Sizes} versions=${versions} />
  <${Export} segment=${segment} />
  <${EndpointSearch} app=${segment.ApplicationId} />`;

export const SegmentView = ({ app, id }) => {
  const { value, error } = useRefreshed(() => load(app, id), () => false, id);
  return html`<${Title}>Segment ${value ? html`<bdi>${value.segment.Name || id}</bdi>` : ""}<//>
    <p><a href="#/apps/${app}/segments">All segments of this app</a></p>
    <${Told} error=${error} />
    ${!value && !error && html`<p class="quiet" role="status">Loading…</p>`}
    ${value && html`<${Shown} ...${value} />`}`;
};
