// What a view shows, fetched again while it may still change.
import { useCallback, useEffect, useRef, useState } from "./html.js";

const SOON_MS = 2000;
const LATER_MS = 15000;

// `load` returns a promise; `changing` says of its result whether it will change soon. The result stays while it is
// fetched again, and while the service does not answer.
export function useRefreshed(load, changing, key) {
  const [state, setState] = useState({ value: undefined, error: undefined });
  const round = useRef(0);
  const refresh = useCallback(async () => {
    const mine = ++round.current;
    try {
      const value = await load();
      if (mine === round.current) setState({ value, error: undefined });
    } catch (error) {
      if (mine === round.current) setState((before) => ({ ...before, error }));
    }
  }, [key]);
  useEffect(() => {
    setState({ value: undefined, error: undefined });
    refresh();
    return () => {
      round.current += 1;
    };
  }, [refresh]);
  useEffect(() => {
    const soon = state.value !== undefined && !state.error && changing(state.value);
    const timer = setTimeout(() => (document.hidden ? setState((before) => ({ ...before })) : refresh()), soon ? SOON_MS : LATER_MS);
    return () => clearTimeout(timer);
  }, [state, refresh]);
  return { ...state, refresh };
}
