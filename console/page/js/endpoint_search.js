// An endpoint or a user, by id, or endpoints by the beginning of their address. Nothing of it goes into the address bar.
import { html, useEffect, useRef, useState } from "./html.js";
import { app as pathOf, get, Refused } from "./service.js";
import { count, counted } from "./format.js";
import { Told } from "./parts.js";

const PAGE = 100; // endpoints
const PAGES_AT_ONCE = 100; // that a search reads by address before it asks whether to go on
const MOST_FOUND = 20;

const orNothing = (promise) =>
  promise.catch((error) => {
    if (error instanceof Refused && error.status === 404) return undefined;
    throw error;
  });

async function byId(app, text) {
  const id = encodeURIComponent(text);
  const [endpoint, user] = await Promise.all([
    orNothing(get(`${pathOf(app)}/endpoints/${id}`)),
    orNothing(get(`${pathOf(app)}/users/${id}`)),
  ]);
  const found = [...(endpoint ? [endpoint] : []), ...(user?.Item || [])];
  return [...new Map(found.map((each) => [each.Id, each])).values()];
}

// Read pages of endpoints from `token` on; `onPage` gets what fits and how many were read, and says whether to go on.
async function byAddress(app, text, token, onPage) {
  for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
    const answer = await get(`${pathOf(app)}/endpoints?page-size=${PAGE}${token && `&token=${encodeURIComponent(token)}`}`);
    token = answer.NextToken || "";
    const fitting = answer.Item.filter((endpoint) => endpoint.Address?.toLowerCase().startsWith(text.toLowerCase()));
    if (!onPage(fitting, answer.Item.length, token) || !token) return;
  }
}

function told({ found, read, token, busy }) {
  const endpoints = read ? ` in ${counted(read, "endpoint")}${token ? ", and there are more" : ", which is all"}` : "";
  if (busy) return read ? `Searching by address: ${count(found.length)} found in ${counted(read, "endpoint")} so far` : "Searching…";
  if (read === undefined) return "";
  return found.length ? `${count(found.length)} found${endpoints}.` : `Nothing found${endpoints}.`;
}

export const EndpointSearch = ({ app }) => {
  const [text, setText] = useState("");
  const [state, setState] = useState({ found: [] });
  const round = useRef(0);
  useEffect(() => () => { round.current += 1; }, []);
  const read = async (wanted, before) => {
    const mine = ++round.current;
    let now = { ...before, busy: true, error: undefined };
    setState(now);
    try {
      const named = before.token ? [] : await byId(app, wanted);
      if (named.length) now = { found: named, read: 0, token: "" };
      else {
        const most = now.found.length + MOST_FOUND;
        await byAddress(app, wanted, before.token, (fitting, endpoints, token) => {
          if (mine !== round.current) return false;
          now = { ...now, found: [...now.found, ...fitting], read: now.read + endpoints, token };
          setState(now);
          return now.found.length < most;
        });
      }
    } catch (error) {
      now = { ...now, error };
    }
    if (mine === round.current) setState({ ...now, busy: false });
  };
  const stop = () => {
    round.current += 1;
    setState({ ...state, busy: false });
  };
  const search = (event) => {
    event.preventDefault();
    if (text.trim()) read(text.trim(), { wanted: text.trim(), found: [], read: 0, token: "" });
  };
  return html`<section aria-labelledby="search"><h2 id="search">An endpoint or a user of this app</h2>
    <form class="row" role="search" onSubmit=${search}>
      <label class="field">Id of an endpoint or a user, or the beginning of an address
        <input type="text" autocomplete="off" value=${text} onInput=${(event) => setText(event.target.value)} /></label>
      <button disabled=${!text.trim() || state.busy}>Search</button>
      ${state.busy && html`<button type="button" onClick=${stop}>Stop</button>`}
    </form>
    <p class="quiet">By an id the service finds it at once. By an address this page reads the app's endpoints, ${PAGE} with each request and ${count(PAGE * PAGES_AT_ONCE)} at once.</p>
    <p role="status">${told(state)}</p>
    <${Told} error=${state.error} />
    ${state.found.map((endpoint) => html`<details key=${endpoint.Id}><summary><bdi>${endpoint.Id}</bdi> · ${endpoint.ChannelType} · <bdi>${endpoint.Address}</bdi></summary>
      <pre tabindex="0">${JSON.stringify(endpoint, null, 2)}</pre></details>`)}
    ${state.token && !state.busy && html`<button onClick=${() => read(state.wanted, state)}>Search further</button>`}
  </section>`;
};
