// Preact and htm, from one place.
export { html, render, useEffect, useMemo, useRef, useState, useCallback } from "../vendor/htm-preact-3.1.1.js";
