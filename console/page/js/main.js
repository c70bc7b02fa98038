// The page: its frame, its address (#/…), and which view stands in it.
import { html, render, useEffect, useState } from "./html.js";
import { Jobs } from "./jobs.js";
import { JobView } from "./job.js";
import { NewImport } from "./new_import.js";
import { Segments } from "./segments.js";
import { SegmentView } from "./segment.js";
import { Told } from "./parts.js";
import { all, app as pathOf, deployment, findDeployment, get, Refused } from "./service.js";

const MOST_APPS = 10_000;

const VIEWS = [
  [/^\/$/, "jobs", (apps) => html`<${Jobs} apps=${apps} app="" />`],
  [/^\/apps\/(\w+)\/jobs$/, "jobs", (apps, id) => html`<${Jobs} key=${id} apps=${apps} app=${id} />`],
  [/^\/apps\/(\w+)\/jobs\/(import|export)\/(\w+)$/, "jobs", (apps, id, kind, job) =>
    html`<${JobView} key=${job} app=${id} kind=${kind} id=${job} />`],
  [/^\/import$/, "import", (apps) => html`<${NewImport} apps=${apps} app="" />`],
  [/^\/apps\/(\w+)\/import$/, "import", (apps, id) => html`<${NewImport} key=${id} apps=${apps} app=${id} />`],
  [/^\/apps\/(\w+)\/import\/again\/(\w+)$/, "import", (apps, id, job) => html`<${NewImport} key=${job} apps=${apps} app=${id} again=${job} />`],
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

// All apps, or the one of the address where the caller may not list them.
async function appsOf(id) {
  try {
    return (await all("/apps", MOST_APPS)).items;
  } catch (error) {
    if (!id || !(error instanceof Refused) || error.status !== 403) throw error;
    return [await get(pathOf(id))];
  }
}

// The apps, read again when the address names one that is not among them.
function useApps(app) {
  const [apps, setApps] = useState({});
  const known = apps.items && (!app || apps.items.some(({ Id }) => Id === app));
  useEffect(() => {
    if (!known) appsOf(app).then((items) => setApps({ items }), (error) => setApps({ items: [], error }));
  }, [app]);
  return apps;
}

const Page = () => {
  const [path, setPath] = useState(address());
  useEffect(() => {
    const moved = () => setPath(address());
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  const { place, view } = found(path);
  const app = appOf(path);
  const apps = useApps(app);
  return html`
    <a class="skip" href="#main" onClick=${(event) => { event.preventDefault(); document.querySelector("main").focus(); }}>To the content</a>
    <header class="top">
      <strong>Segment Jobs</strong>
      <span class="quiet where"><bdi>${new URL(deployment.url).host}</bdi></span>
      <nav aria-label="Pages">
        ${LINKS.map(([name, text, to]) => html`<a href=${to(app)} aria-current=${name === place ? "page" : undefined}>${text}</a>`)}
      </nav>
      <${Choice} apps=${apps.items || []} app=${app} place=${place} />
    </header>
    <main id="main" tabindex="-1">
      <${Told} error=${apps.error} />
      ${apps.error && !apps.items.length && !app ? null : apps.items ? view(apps.items) : html`<p class="quiet" role="status">Loading…</p>`}
    </main>`;
};

await findDeployment();
render(html`<${Page} />`, document.getElementById("page"));
