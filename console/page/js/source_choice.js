// What is imported: a file of this computer, whose columns are read here, or an S3 URL with the role that reads it.
import { html, useRef, useState } from "./html.js";
import { bytes } from "./format.js";
import { columnsOf } from "./csv_record.js";

const BEGINNING = 256 * 1024;
const GZIP = [0x1f, 0x8b];

// Return the beginning of a file as text, out of gzip where it is that.
async function beginningOf(file) {
  const part = await file.slice(0, BEGINNING).arrayBuffer();
  const head = new Uint8Array(part);
  if (head[0] !== GZIP[0] || head[1] !== GZIP[1]) return new TextDecoder().decode(part);
  const reader = new Blob([part]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const { value } = await reader.read(); // the rest of it is cut off, so only what comes first is asked for
  return new TextDecoder().decode(value);
}

const isJson = (name) => /\.(json|jsonl|ndjson)(\.gz)?$/i.test(name);

// Return a file as a source: its format by its name, its columns, and the cells of its first row.
export async function sourceOf(file) {
  if (isJson(file.name)) return { file, format: "JSON", columns: [], sample: [] };
  return { file, format: "CSV", ...columnsOf(await beginningOf(file)) };
}

export const NO_SOURCE = { s3: "", role: "", format: "CSV", columns: [], sample: [] };

const Drop = ({ onFile }) => {
  const [over, setOver] = useState(false);
  const input = useRef(null);
  const take = (files) => files?.[0] && onFile(files[0]);
  return html`<div class="drop ${over ? "over" : ""}"
      onDragOver=${(event) => { event.preventDefault(); setOver(true); }}
      onDragLeave=${() => setOver(false)}
      onDrop=${(event) => { event.preventDefault(); setOver(false); take(event.dataTransfer.files); }}>
    <p>Drop a CSV or JSON file here, plain or gzip, or choose one.</p>
    <label><span class="hidden">File</span>
      <input ref=${input} type="file" onChange=${(event) => take(event.target.files)} /></label>
  </div>`;
};

const InS3 = ({ source, onChange }) => {
  const said = (member) => (event) => onChange({ ...source, [member]: event.target.value.trim() });
  return html`<div><label class="field">Or its S3 URL, a file or a folder
      <input type="text" value=${source.s3} placeholder="s3://my-bucket/imports/" onInput=${said("s3")} /></label>
    ${source.s3 && html`<label class="field">Role that reads it
      <input type="text" value=${source.role} placeholder="arn:aws:iam::…:role/segment-jobs/…" onInput=${said("role")} /></label>`}</div>`;
};

export const SourceChoice = ({ source, onChange }) => html`<section aria-labelledby="file">
  <h2 id="file">The file</h2>
  ${source.file
    ? html`<div class="card row"><span><b><bdi>${source.file.name}</bdi></b>, ${bytes(source.file.size)}</span>
        <button onClick=${() => onChange(NO_SOURCE)}>Take another</button></div>`
    : html`<${Drop} onFile=${(file) => sourceOf(file).then(onChange)} /><${InS3} source=${source} onChange=${onChange} />`}
  <label class="field">Format
    <select value=${source.format} onChange=${(event) => onChange({ ...source, format: event.target.value })}>
      <option value="CSV">CSV</option><option value="JSON">JSON</option></select></label></section>`;
