const TICK = 250; // ms
const KEEP_EVERY = 2; // s
const KEEP_AT = 1.5; // s before the end
const AFTER_THE_END = 0.7; // s, so that the server's clock has passed the deadline too
const SAY_AGAIN = 5; // s: a server that was out of reach has not heard that it is over
const ANNOUNCED = { 300: "5 minutes left", 60: "1 minute left" };

const shown = new Map(); // name of a countdown: its end, and the seconds left when last looked at

function inWords(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  const rest = String(whole % 60).padStart(2, "0");
  return `${Math.floor(whole / 60)}:${rest} left`;
}

function sendTyped() {
  const field = document.activeElement;
  if (field?.tagName === "TEXTAREA") {
    const keys = { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: true, bubbles: true };
    field.dispatchEvent(new KeyboardEvent("keydown", { ...keys, cancelable: true }));
  }
}

export default function countdown({ data, parentElement, setTriggerValue }) {
  const before = shown.get(data.name);
  // What came late from the server says too much, so that the earliest end is the nearest.
  const end = Math.min(Date.now() + 1000 * data.seconds, before?.end ?? Infinity);
  const clock = parentElement.querySelector(".clock");
  const said = parentElement.querySelector(".said");
  let last = before?.last ?? data.seconds;
  let kept = data.seconds;
  let sayOver = -AFTER_THE_END;

  function tick() {
    const left = (end - Date.now()) / 1000;
    const text = inWords(left);
    if (clock.textContent !== text) clock.textContent = text;
    for (const [at, words] of Object.entries(ANNOUNCED)) {
      if (last > at && left <= at) said.textContent = words;
    }
    if (kept - left >= KEEP_EVERY || (kept > KEEP_AT && left <= KEEP_AT)) {
      kept = left;
      sendTyped();
    }
    if (left <= sayOver) {
      sayOver = left - SAY_AGAIN;
      setTriggerValue("over", true);
    }
    last = left;
    shown.set(data.name, { end, last });
  }

  tick();
  const timer = setInterval(tick, TICK);
  return () => clearInterval(timer);
}
