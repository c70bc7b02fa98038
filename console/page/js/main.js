// The page: its frame, its address (#/…), and which view stands in it.
import { html, render, useEffect, useState } from "./html.js";
import { Jobs } from "./jobs.js";
import { JobView } from "./job.js";
import { NewImport } from "./new_import.js";
import { Segments } from "./segments.js";
import { SegmentView } from "./segment.js";
import { Told } from "./parts.js";
import { all } from "./service.js";

const VIEWS = [
  [/^\/$/, "jobs", () => html`<${Jobs} app="" />`],
  [/^\/apps\/(\w+)\/jobs$/, "jobs", (apps, id) => html`<${Jobs} key=${id} app=${id} />`],
  [/^\/apps\/(\w+)\/jobs\/(import|export)\/(\w+)$/, "jobs", (apps, id, kind, job) =>
    html`<${JobView} key=${job} app=${id} kind=${kind} id=${job} />`],
  [/^\/import$/, "import", (apps) => html`<${NewImport} apps=${apps} app="" />`],
  [/^\/apps\/(\w+)\/import$/, "import", (apps, id) => html`<${NewImport} key=${id} apps=${apps} app=${id} />`],
  [/^\/segments$/, "segments", (apps) => html`<${Segments} apps=${apps} app="" />`],
  [/^\/apps\/(\w+)\/segments$/, "segments", (apps, id) => html`<${Segments} key=${id} apps=${apps} app=${id} />`],
  [/^\/apps\/(\w+)\/segments\/(\w+)$/, "segments", (apps, id, segment) =>
    html`<${SegmentView} key=${segment} app=${id} id=${segment} />`],
];
const LINKS = [
  ["jobs", "Jobs", (app) => (app ? `#/apps/${app}/jobs` : "#/")],
  ["import", "New import", (app) => (app ? `#/apps/${app}/import` : "#/import")],
  ["segments", "Segments", (app) => (app ? `#/apps/${app}/segments` : "#/segments")],
];

const address = () => location.hash.replace(/^#/, "") || "/";
const appOf = (path) => /^\/apps\/(\w+)/.exec(path)?.[1] || "";

function found(path) {
  for (const [pattern, place, view] of VIEWS) {
    const match = pattern.exec(path);
    if (match) return { place, view: (apps) => view(apps, ...match.slice(1)) };
  }
  return { place: "", view: () => html`<h1>There is no such page</h1><p><a href="#/">All jobs</a></p>` };
}

const Choice = ({ apps, app, place }) => {
  const go = (event) => {
    const link = LINKS.find(([name]) => name === place) || LINKS[0];
    location.hash = link[2](event.target.value);
  };
  return html`<label>App
    <select value=${app} onChange=${go}>
      <option value="">All</option>
      ${apps.map((each) => html`<option key=${each.Id} value=${each.Id}>${each.Name}</option>`)}
    </select>
  </label>`;
};

const Page = () => {
  const [path, setPath] = useState(address());
  const [apps, setApps] = useState({});
  useEffect(() => {
    const moved = () => setPath(address());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => {
    all("/apps").then(setApps, (error) => setApps({ items: [], error }));
  }, [path]);
  const { place, view } = found(path);
  const app = appOf(path);
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.querySelector("main").focus(); }}>To the content</a>
    <header class="top">
      <strong>Segment Jobs</strong>
      <nav aria-label="Pages">
        ${LINKS.map(([name, text, to]) => html`<a href=${to(app)} aria-current=${name === place ? "page" : undefined}>${text}</a>`)}
      </nav>
      <${Choice} apps=${apps.items || []} app=${app} place=${place} />
    </header>
    <main id="main" tabindex="-1">
      <${Told} error=${apps.error} />
      ${apps.items ? view(apps.items) : html`<p class="quiet" role="status">Loading…</p>`}
    </main>`;
};

render(html`<${Page} />`, document.getElementById("page"));
