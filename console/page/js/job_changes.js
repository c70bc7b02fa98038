// Cancel and retry of a job, each after a question.
import { html, useState } from "./html.js";
import { call, jobPath } from "./service.js";
import { ENDED } from "./format.js";
import { Question, Told } from "./parts.js";

const ASKED = {
  cancel: {
    title: "Cancel this job?",
    yes: "Cancel the job",
    text: "Rows that are in stay in. Pieces that have not begun are left out; the job can be retried for them.",
  },
  retry: {
    title: "Run this job again?",
    yes: "Run it again",
    text: "Only the pieces that were not done run again. No row counts twice.",
  },
};

function changeOf(job) {
  if (!ENDED.has(job.JobStatus)) return job.JobStatus === "CANCELLING" ? "" : "cancel";
  return job.JobStatus === "COMPLETED" ? "" : "retry";
}

export const JobChanges = ({ job, refresh }) => {
  const [asked, ask] = useState("");
  const [error, setError] = useState();
  const may = changeOf(job);
  const act = async (wanted) => {
    ask("");
    if (!wanted) return;
    try {
      await (asked === "cancel" ? call("DELETE", jobPath(job)) : call("POST", `${jobPath(job)}/retry`));
      setError(undefined);
    } catch (refused) {
      setError(refused);
    }
    refresh();
  };
  return html`<div>
    ${may && html`<div class="row"><button class=${may === "retry" ? "main" : ""} onClick=${() => ask(may)}>${may === "retry" ? "Retry" : "Cancel"}</button></div>`}
    ${asked && html`<${Question} title=${ASKED[asked].title} yes=${ASKED[asked].yes} onAnswer=${act}><p>${ASKED[asked].text}</p><//>`}
    <${Told} error=${error} /></div>`;
};
