// What a view shows, fetched again while it may still change, and not while nobody sees it.
import { useEffect, useRef, useState } from "./html.js";

export const SOON_MS = 2000;
export const LATER_MS = 15000;
const LONGEST_MS = 60000;

// Return when to look again: soon while something runs; after each look that failed, twice as late as before.
export function wait(running, failed) {
  return failed ? Math.min(SOON_MS * 2 ** failed, LONGEST_MS) : running ? SOON_MS : LATER_MS;
}

// `load` gets what it returned before, and returns a promise; `running` says of a result whether it will change soon.
// The result stays while it is fetched again, and while the service does not answer.
export function useRefreshed(load, running, key) {
  const [state, setState] = useState({});
  const look = useRef(() => {});
  useEffect(() => {
    let [value, failed, timer, over, round] = [undefined, 0, 0, false, 0];
    const next = () => {
      clearTimeout(timer);
      if (!over && !document.hidden) timer = setTimeout(look.current, wait(value !== undefined && running(value), failed));
    };
    look.current = async () => {
      clearTimeout(timer);
      const mine = ++round;
      let error;
      try {
        const found = await load(value);
        if (over || mine !== round) return;
        [value, failed] = [found, 0];
      } catch (refused) {
        if (over || mine !== round) return;
        [error, failed] = [refused, failed + 1];
      }
      setState({ value, error });
      next();
    };
    const seen = () => (document.hidden ? clearTimeout(timer) : look.current());
    document.addEventListener("visibilitychange", seen);
    setState({});
    look.current();
    return () => {
      over = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [key]);
  return { ...state, refresh: () => look.current() };
}
