// Which field of an endpoint each column of a file is, and what a row gets where it has none.
import { html, useEffect, useState } from "./html.js";
import { PREFIXES, fieldOf } from "./fields.js";

export function useFields() {
  const [fields, setFields] = useState([]);
  useEffect(() => {
    fetch("columns.json").then((answer) => answer.json()).then(setFields);
  }, []);
  return fields;
}

const Column = ({ column, sample, field, fields, onChoose }) => {
  const own = fieldOf(column, fields);
  const custom = PREFIXES.map((prefix) => `${prefix}${column}`);
  const options = [...new Set(["", own, field, ...fields, ...custom].filter((name) => name !== undefined))];
  return html`<tr>
    <td class="name"><b><bdi>${column || "(no name)"}</bdi></b>${!field && html` <span class="mark">left out</span>`}</td>
    <td class="name quiet" data-label="First row"><bdi>${sample || "–"}</bdi></td>
    <td><select aria-label="Field of ${column}" value=${field} onChange=${(event) => onChoose(event.target.value)}>
      ${options.map((name) => html`<option value=${name}>${name || "(left out)"}</option>`)}
    </select></td></tr>`;
};

export const Columns = ({ columns, sample, chosen, fields, onChoose }) => {
  const fieldNow = (column) => chosen[column] ?? fieldOf(column, fields);
  const left = new Set(columns.filter((column) => !fieldNow(column))).size;
  return html`<section aria-labelledby="columns"><h2 id="columns">Columns</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Table: Columns"><table class="stacked">
      <caption>Columns of the file, and the fields of an endpoint that they are${left ? `; ${left} left out` : ""}</caption>
      <thead><tr><th>Column</th><th>First row</th><th>Field</th></tr></thead>
      <tbody>${[...new Set(columns)].map((column) => html`<${Column} key=${column} column=${column} sample=${sample[columns.indexOf(column)]}
        fields=${fields} field=${fieldNow(column)} onChoose=${(field) => onChoose({ ...chosen, [column]: field })} />`)}</tbody>
    </table></div></section>`;
};

const Constant = ({ entry: [field, value], fields, onChange }) => html`<div class="row">
  <label><span class="hidden">Field with a constant</span><select value=${field} onChange=${(event) => onChange([event.target.value, value])}>
    <option value="">(no constant)</option>${fields.filter((name) => name !== "Id").map((name) => html`<option value=${name}>${name}</option>`)}</select></label>
  <label><span class="hidden">Constant</span><input type="text" placeholder="for example EMAIL" value=${value} disabled=${!field}
    onInput=${(event) => onChange([field, event.target.value])} /></label></div>`;

// Constants are pairs of a field and a value; an empty pair at their end takes the next one.
export const Constants = ({ constants, fields, onChange }) => {
  const shown = [...constants.filter(([field]) => field), ["", ""]];
  const taken = new Set(constants.map(([field]) => field));
  return html`<section aria-labelledby="constants"><h3 id="constants">Where a row has none</h3>
    ${shown.map((entry, place) => html`<${Constant} key=${place} entry=${entry} fields=${fields.filter((name) => name === entry[0] || !taken.has(name))}
      onChange=${(changed) => onChange(shown.map((each, other) => (other === place ? changed : each)))} />`)}</section>`;
};
