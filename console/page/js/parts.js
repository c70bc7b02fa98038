// Small parts that several views have.
import { html, useEffect, useRef } from "./html.js";
import { count, mood, words } from "./format.js";

export const Status = ({ job }) => {
  const partly = job.JobStatus === "COMPLETED" && job.TotalFailures > 0;
  return html`<span class="status ${partly ? "warn" : mood(job.JobStatus)}">${words(job.JobStatus)}${partly && ", with failed rows"}</span>`;
};

// What went wrong; it is brought into sight when it appears.
const Fault = ({ message }) => {
  const told = useRef(null);
  useEffect(() => told.current.scrollIntoView({ block: "nearest" }), []);
  return html`<p class="told" role="alert" ref=${told}>${message}</p>`;
};

export const Told = ({ error }) => (error ? html`<${Fault} message=${error.message} />` : null);

export const Title = ({ children }) => {
  // The heading takes the focus when a view is opened, so that a screen reader begins there.
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  return html`<h1 tabindex="-1" ref=${heading}>${children}</h1>`;
};

export const Bar = ({ label, done, total, ended }) => {
  const known = total > 0;
  const text = known ? `${count(done)} of ${count(total)}` : count(done);
  return html`<span class="quiet">${label} ${text}</span>
    ${known && html`<progress class=${ended ? "ended" : ""} aria-label="${label} ${text}" value=${done} max=${total}></progress>`}`;
};

export const Numbers = ({ entries }) =>
  html`<dl class="numbers">
    ${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}
  </dl>`;

// Names with values of any length, one a line.
export const Named = ({ entries }) =>
  html`<dl class="named">
    ${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${value}</bdi></dd></div>`)}
  </dl>`;

export const Bars = ({ caption, entries }) => {
  const most = Math.max(1, ...entries.map(([, value]) => value));
  return html`<div class="bars" role="list" aria-label=${caption}>
    ${entries.map(
      ([name, value]) => html`
        <bdi role="listitem" aria-label="${name}: ${value}">${name}</bdi>
        <span aria-hidden="true"><span class="bar" style=${{ display: "block", width: `${(100 * value) / most}%` }}></span></span>
        <span aria-hidden="true">${count(value)}</span>`,
    )}
  </div>`;
};

// Asks before something is done; `onAnswer` is called with whether it is wanted.
export const Question = ({ title, children, yes, onAnswer }) => {
  const dialog = useRef(null);
  useEffect(() => dialog.current?.showModal(), []);
  const answer = (wanted) => (event) => {
    event.preventDefault();
    onAnswer(wanted);
  };
  return html`<dialog ref=${dialog} aria-labelledby="question" onCancel=${answer(false)}>
    <h2 id="question">${title}</h2>
    ${children}
    <div class="row">
      <button class="main" onClick=${answer(true)}>${yes}</button>
      <button onClick=${answer(false)}>Leave it</button>
    </div>
  </dialog>`;
};
