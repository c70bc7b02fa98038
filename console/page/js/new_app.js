// A new app, where there is none yet or another one is wanted.
import { html, useState } from "./html.js";
import { call } from "./service.js";
import { Told } from "./parts.js";

export const NewApp = () => {
  const [name, setName] = useState("");
  const [error, setError] = useState();
  const make = async (event) => {
    event.preventDefault();
    try {
      const made = await call("POST", "/apps", { Name: name.trim() });
      location.hash = `/apps/${made.Id}/import`;
    } catch (refused) {
      setError(refused);
    }
  };
  return html`<div><form class="row" onSubmit=${make}>
      <label class="beside">Name <input type="text" value=${name} onInput=${(event) => setName(event.target.value)} /></label>
      <button class="main" disabled=${!name.trim()}>Make the app</button></form><${Told} error=${error} /></div>`;
};
