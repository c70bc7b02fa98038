// The segments of one app.
import { html } from "./html.js";
import { all, app as pathOf } from "./service.js";
import { age, count, counted } from "./format.js";
import { Title, Told } from "./parts.js";
import { useRefreshed } from "./refreshed.js";

const MOST = 1000;

const Row = ({ segment, now }) => html`<tr>
  <td class="name"><a href="#/apps/${segment.ApplicationId}/segments/${segment.Id}"><bdi>${segment.Name || segment.Id}</bdi></a></td>
  <td data-label="Kind">${segment.SegmentType === "IMPORT" ? "Imported" : "By dimensions"}</td>
  <td class="number" data-label="Size">${count(segment.ImportDefinition?.Size)}</td>
  <td class="number" data-label="Version">${count(segment.Version)}</td>
  <td data-label="Changed">${age(segment.LastModifiedDate || segment.CreationDate, now)} ago</td>
</tr>`;

const OfApp = ({ app }) => {
  const { value, error } = useRefreshed(() => all(`${pathOf(app)}/segments`, MOST), () => false, app);
  return html`<${Told} error=${error} />
    ${!value && !error && html`<p class="quiet" role="status">Loading…</p>`}
    ${value && !value.items.length && html`<div class="card"><p>There are no segments in this app yet. An import can make one.</p>
      <p><a class="button" href="#/apps/${app}/import">Import a file</a></p></div>`}
    ${value?.items.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label="Table: Segments"><table class="stacked">
      <caption>${value.more ? "The newest " : ""}${counted(value.items.length, "segment")}, newest first</caption>
      <thead><tr><th>Name</th><th>Kind</th><th class="number">Size</th><th class="number">Version</th><th>Changed</th></tr></thead>
      <tbody>${value.items.map((segment) => html`<${Row} key=${segment.Id} segment=${segment} now=${Date.now()} />`)}</tbody>
    </table></div>`}`;
};

export const Segments = ({ apps, app }) => {
  const chosen = app || (apps.length === 1 ? apps[0].Id : "");
  return html`<${Title}>Segments<//>
    ${chosen
      ? html`<${OfApp} key=${chosen} app=${chosen} />`
      : apps.length
        ? html`<ul>${apps.map((each) => html`<li><a href="#/apps/${each.Id}/segments"><bdi>${each.Name}</bdi></a></li>`)}</ul>`
        : html`<div class="card"><p>There is no app yet.</p><p><a class="button" href="#/import">Import a file</a></p></div>`}`;
};
