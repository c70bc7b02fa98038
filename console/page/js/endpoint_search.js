// An endpoint or a user, by id, or endpoints by the beginning of their address. Nothing of it goes into the address bar.
import { html, useState } from "./html.js";
import { app as pathOf, get, Refused } from "./service.js";
import { count } from "./format.js";
import { Told } from "./parts.js";

const PAGES_AT_ONCE = 200; // of a hundred endpoints each: a search by address reads them all
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
  return [...(endpoint ? [endpoint] : []), ...(user?.Item || [])];
}

// Read pages of endpoints from `token` on; return those that fit, and where to go on.
async function byAddress(app, text, token) {
  const found = [];
  let searched = 0;
  for (let page = 0; page < PAGES_AT_ONCE && found.length < MOST_FOUND; page += 1) {
    const answer = await get(`${pathOf(app)}/endpoints?page-size=100${token && `&token=${encodeURIComponent(token)}`}`);
    searched += answer.Item.length;
    found.push(...answer.Item.filter((endpoint) => endpoint.Address?.toLowerCase().startsWith(text.toLowerCase())));
    token = answer.NextToken || "";
    if (!token) break;
  }
  return { found, searched, token };
}

export const EndpointSearch = ({ app }) => {
  const [text, setText] = useState("");
  const [state, setState] = useState({ found: [] });
  const search = async (event) => {
    event?.preventDefault();
    const wanted = text.trim();
    if (!wanted) return;
    setState({ found: [], busy: true });
    try {
      const named = await byId(app, wanted);
      setState(named.length ? { found: named, done: true } : { ...(await byAddress(app, wanted, "")), done: true });
    } catch (error) {
      setState({ found: [], error });
    }
  };
  const goOn = async () => {
    const more = await byAddress(app, text.trim(), state.token);
    setState({ ...more, found: [...state.found, ...more.found], searched: state.searched + more.searched, done: true });
  };
  return html`<section aria-labelledby="search"><h2 id="search">An endpoint or a user of this app</h2>
    <form class="row" role="search" onSubmit=${search}>
      <label>Id of an endpoint or a user, or the beginning of an address
        <input type="text" autocomplete="off" value=${text} onInput=${(event) => setText(event.target.value)} /></label>
      <button disabled=${!text.trim() || state.busy}>Search</button>
    </form>
    <p role="status">${state.busy ? "Searching…" : state.done && !state.found.length ? `Nothing found${state.searched ? ` in ${count(state.searched)} endpoints` : ""}.` : ""}</p>
    <${Told} error=${state.error} />
    ${state.found.map((endpoint) => html`<details key=${endpoint.Id}><summary><bdi>${endpoint.Id}</bdi> · ${endpoint.ChannelType} · <bdi>${endpoint.Address}</bdi></summary>
      <pre tabindex="0">${JSON.stringify(endpoint, null, 2)}</pre></details>`)}
    ${state.token && html`<button onClick=${goOn}>Search further</button>`}
  </section>`;
};
