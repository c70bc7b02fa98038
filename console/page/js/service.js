// The service behind this page. Requests go to the page's own server, which signs them.

export class Refused extends Error {
  constructor(status, name, message) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

const BASE = "v1";

export async function call(method, path, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(BASE + path, {
      method,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused(0, "NoAnswer", "The page's own server does not answer. Is `make console` still running?");
  }
  const text = await answer.text();
  if (answer.ok) return text ? JSON.parse(text) : {};
  throw refusal(answer, text);
}

function refusal(answer, text) {
  const name = answer.headers.get("x-amzn-ErrorType") || "";
  let message = text.trim();
  try {
    const told = JSON.parse(text);
    message = told.Message || told.message || message; // API Gateway itself may write it small
  } catch {
    // Not the service's own words: the page's server told something in plain text.
  }
  if (answer.status === 403 && name) {
    message += " Your credentials need execute-api:Invoke on this API; docs/access.md has the policy.";
  }
  return new Refused(answer.status, name, message || `The service answered ${answer.status}.`);
}

export const get = (path) => call("GET", path);

// Every item of a list that has pages; `most` bounds how many.
export async function all(path, most = 1000) {
  const items = [];
  let token = "";
  do {
    const page = await get(`${path}?page-size=100${token && `&token=${encodeURIComponent(token)}`}`);
    items.push(...page.Item);
    token = page.NextToken;
  } while (token && items.length < most);
  return { items, more: Boolean(token) };
}

// The deployment that this page is for; main.js asks for it before anything is shown.
export const deployment = { url: "" };
export async function findDeployment() {
  const answer = await fetch("deployment.json");
  Object.assign(deployment, { url: (await answer.json()).Url });
}

export const fileAddress = (url) => `file?url=${encodeURIComponent(url)}`;

// Fetch a file for the person to keep. As a download that fails it is told by the browser, and the page stays.
export function save(url) {
  Object.assign(document.createElement("a"), { href: fileAddress(url), download: "" }).click();
}

// Put a file where the service said; `progress` is called with the bytes that are sent.
export function upload(url, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", fileAddress(url));
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () =>
      request.status < 300
        ? resolve()
        : reject(new Refused(request.status, "", `The file could not be put: ${request.responseText || request.status}`)),
    );
    request.addEventListener("error", () => reject(new Refused(0, "NoAnswer", "The upload broke off.")));
    request.send(file);
  });
}

export const app = (id) => `/apps/${encodeURIComponent(id)}`;
export const jobPath = (job) => `${app(job.ApplicationId)}/jobs/${job.Type.toLowerCase()}/${job.Id}`;
