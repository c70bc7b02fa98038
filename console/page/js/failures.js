// The failed rows of an import: read from the failure file, counted by field, shown page by page.
import { html, useEffect, useMemo, useState } from "./html.js";
import { fileAddress, get, jobPath, save } from "./service.js";
import { count, counted } from "./format.js";
import { Bars, Told } from "./parts.js";
import { cellsOf } from "./csv_record.js";

const PAGE = 25;
const MOST = 100_000; // rows that are kept in memory
const MOST_BARS = 12;
const TOLD_MS = 1000; // how often the table grows while the file is read

// Read the lines of a failure file part by part; `onLines` gets what has come so far, now and then.
async function read(url, onLines, signal) {
  const answer = await fetch(fileAddress(url), { signal });
  if (!answer.ok) throw new Error(`The failure file could not be read (${answer.status}).`);
  const lines = [];
  let told = 0;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += value || "";
    const parts = rest.split("\n");
    rest = parts.pop();
    for (const part of parts) if (part && lines.length < MOST) lines.push(JSON.parse(part));
    const over = done || lines.length === MOST;
    if (over || Date.now() - told > TOLD_MS) {
      told = Date.now();
      onLines([...lines]);
    }
    if (over) return;
  }
}

// Headers of more than a kilobyte are not in every line: those below have the id of one that is.
function headersOf(lines) {
  const headers = new Map();
  for (const line of lines) if (line.Header && line.HeaderId) headers.set(line.HeaderId, line.Header);
  return (line) => line.Header || headers.get(line.HeaderId) || "";
}

export function countedByField(lines) {
  const counts = new Map();
  for (const line of lines)
    for (const { Field } of line.Reasons || [line]) counts.set(Field || "(the row)", (counts.get(Field || "(the row)") || 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1]);
}

const Cells = ({ line, header }) => {
  const faulty = new Set(line.Reasons.map((reason) => reason.Field.toLowerCase()));
  const delimiter = line.Delimiter || ",";
  const names = header ? cellsOf(header, delimiter) : [];
  if (!names.length) return html`<td class="wide"><bdi>${line.Row}</bdi></td>`;
  const cells = cellsOf(line.Row, delimiter);
  return html`<td class="wide"><dl class="cells">
    ${names.map((name, place) =>
      cells[place] || faulty.has(name.trim().toLowerCase())
        ? html`<div class=${faulty.has(name.trim().toLowerCase()) ? "fault" : ""}>
            <dt><bdi>${name}</bdi></dt><dd><bdi>${cells[place] || "(empty)"}</bdi></dd></div>`
        : null,
    )}
  </dl></td>`;
};

const Row = ({ line, header }) => html`<tr>
  <td class="wide" data-label="File"><bdi>${line.Object.split("/").at(-1)}</bdi></td>
  <td class="number" data-label="Line">${line.Line ? count(line.Line) : "–"}</td>
  <td class="wide">${line.Reasons.map(
    ({ Field, Reason }) => html`<div>${Field && html`<b><bdi>${Field}</bdi></b>${": "}`}<bdi>${Reason}</bdi></div>`)}</td>
  <${Cells} line=${line} header=${header} />
</tr>`;

const Pages = ({ page, pages, go }) => html`<div class="row" role="group" aria-label="Pages of failed rows">
  <button disabled=${page === 0} onClick=${() => go(page - 1)}>Previous</button>
  <span aria-live="polite">Page ${count(page + 1)} of ${count(pages)}</span>
  <button disabled=${page + 1 >= pages} onClick=${() => go(page + 1)}>Next</button>
</div>`;

const Table = ({ lines }) => {
  const [page, go] = useState(0);
  const header = useMemo(() => headersOf(lines), [lines]);
  const pages = Math.ceil(lines.length / PAGE);
  const here = lines.slice(page * PAGE, (page + 1) * PAGE);
  return html`<div><div class="scroll" tabindex="0" role="region" aria-label="Table: Failed rows"><table class="stacked">
      <caption>${counted(lines.length, "failed row")}, in the order of the files${lines.length === MOST && "; the rest is in the file"}</caption>
      <thead><tr><th>File</th><th class="number">Line</th><th>Reasons</th><th>Row</th></tr></thead>
      <tbody>${here.map((line, place) => html`<${Row} key=${page * PAGE + place} line=${line} header=${header(line)} />`)}</tbody>
    </table></div>
    ${pages > 1 && html`<${Pages} page=${page} pages=${pages} go=${go} />`}</div>`;
};

export const Failures = ({ job }) => {
  const [state, setState] = useState({ lines: [] });
  useEffect(() => {
    const stop = new AbortController();
    get(`${jobPath(job)}/failures`)
      .then(({ Url }) => read(Url, (lines) => setState({ lines }), stop.signal))
      .catch((error) => stop.signal.aborted || setState((before) => ({ ...before, error })));
    return () => stop.abort();
  }, [job.Id, job.CompletionDate]);
  const fields = useMemo(() => countedByField(state.lines), [state.lines]);
  return html`<section aria-labelledby="failures">
    <h2 id="failures">Failed rows</h2>
    <${Told} error=${state.error} />
    ${fields.length > 0 && html`<div class="card"><h3>Reasons by field</h3>
      <${Bars} caption="Reasons by field" entries=${fields.slice(0, MOST_BARS)} /></div>`}
    <${Download} job=${job} />
    ${state.lines.length > 0 && html`<${Table} lines=${state.lines} />`}
  </section>`;
};

const Next = ({ job: { ApplicationId, Id, Definition } }) =>
  Definition.DryRun
    ? html`<p class="quiet">What to do next: nothing has gone in yet. Mend the file and choose it again, or import it as it is and mend the failed rows then.</p>`
    : html`<p class="quiet">What to do next: download the failed rows, mend their cells, and ${" "}
        <a href="#/apps/${ApplicationId}/import/again/${Id}">import the mended file</a>. Rows that are in are not in that file.${" "}
        ${Definition.SegmentName && html`Segment <bdi>${Definition.SegmentName}</bdi> stays as it is; name another one for the mended rows if they need it.`}</p>`;

const Download = ({ job }) => {
  const [error, setError] = useState();
  const fetchFile = async (format) => {
    try {
      const { Url } = await get(`${jobPath(job)}/failures?format=${format}`);
      save(Url);
      setError(undefined);
    } catch (refused) {
      setError(refused);
    }
  };
  return html`<div><div class="row">
      <button onClick=${() => fetchFile("csv")}>Download as CSV</button>
      <button onClick=${() => fetchFile("jsonl")}>Download as JSON lines</button>
    </div><${Told} error=${error} />
    <${Next} job=${job} /></div>`;
};
