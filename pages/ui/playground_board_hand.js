// Pointing, picking, and walking by keys.

const HIT = 7; // px around a line, a point or a bias
const KEYS_TOLD =
  "Arrow keys walk through inputs, units, weights and points; Enter picks, B picks a unit's bias, " +
  "Escape leaves.";

// ---- pointing and picking ----------------------------------------------------------------------

function found(board, x, y, reach = HIT) {
  return (
    findBias(board, x, y) ??
    findUnit(board, x, y) ??
    findOnSurface(board, x, y, reach) ??
    findWeight(board, x, y, reach)
  );
}

function findUnit({ place, scene }, x, y) {
  for (let column = 0; column < place.columns.length; column++) {
    const half = isLast(scene, column) ? 10 : place.tile / 2;
    const unit = place.columns[column].findIndex(
      (at) => Math.abs(at.x - x) <= half && Math.abs(at.y - y) <= half,
    );
    if (unit >= 0) return { kind: "unit", column, unit };
  }
  return null;
}

function findBias(board, x, y) {
  const { scene } = board;
  for (let column = 1; column < scene.sizes.length; column++)
    for (let unit = 0; unit < scene.sizes[column]; unit++) {
      const [bx, by] = biasAt(board, column, unit);
      if (Math.hypot(bx - x, by - y) <= 5) return { kind: "bias", column, unit };
    }
  return null;
}

function findOnSurface(board, x, y, reach) {
  const { scene, place, picture } = board;
  const { box } = place;
  if (x < box.x || x > box.x + box.side || y < box.y || y > box.y + box.side) return null;
  let [best, nearest] = [null, reach];
  for (let row = 0; row < scene.n; row++) {
    if (!isShown(board, row)) continue;
    const [px, py] = pointAt(board, row);
    const far = Math.hypot(px - x, py - y);
    if (far <= nearest) [best, nearest] = [{ kind: "point", row }, far];
  }
  if (best) return best;
  const at = {
    kind: "place",
    x: (2 * (x - box.x)) / box.side - 1,
    y: 1 - (2 * (y - box.y)) / box.side,
  };
  return picture.drawing ? at : null;
}

function findWeight(board, x, y, reach) {
  const { columns } = board.place;
  const layer = columns.findIndex(
    (column, k) => k + 1 < columns.length && x >= column[0].x && x <= columns[k + 1][0].x,
  );
  if (layer < 0) return null;
  let [best, nearest] = [null, reach];
  columns[layer].forEach((_, from) => {
    columns[layer + 1].forEach((_, to) => {
      const path = curve(board, layer, from, to);
      for (let t = 0; t <= 1; t += 0.04) {
        const [px, py] = along(path, t);
        const far = Math.hypot(px - x, py - y);
        if (far < nearest) [best, nearest] = [{ kind: "weight", layer, from, to }, far];
      }
    });
  });
  return best;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function pick(board, item) {
  const { scene } = board;
  // One pick can reach the server twice while it plays, so each has a number of its own.
  const send = (value) => board.send("pick", { ...value, serial: performance.now() });
  if (item.kind === "weight" || item.kind === "bias")
    send({ kind: item.kind, name: entryName(scene, item) });
  if (item.kind === "point") send({ kind: "point", row: item.row + 1 });
  if (item.kind === "place")
    send({ kind: "place", place: [item.x * scene.reach, item.y * scene.reach] });
  if (item.kind === "unit") pickUnit(board, item, send);
}

/** A unit's picture in large, at once from what is here; the server then sends a finer one. */
function pickUnit(board, { column, unit }, send) {
  const isOff = isLast(board.scene, column) || same(board.unit, [column, unit]);
  board.unit = isOff ? null : [column, unit];
  redraw(board);
  send({ kind: "unit", unit: !isOff && column > 0 ? [column, unit + 1] : [0, 0] });
}

function bindPointer(board) {
  const { keys } = board;
  const at = (event) => {
    const box = keys.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const hover = (item) => {
    if (same(item, board.hover)) return;
    board.hover = item;
    keys.style.cursor = item ? (item.kind === "place" ? "crosshair" : "pointer") : "default";
    if (board.place) drawOver(board);
  };
  keys.addEventListener("pointermove", (event) => {
    if (!board.place || event.pointerType === "touch") return;
    board.hasFocus = false;
    hover(found(board, ...at(event)));
  });
  keys.addEventListener("pointerleave", () => hover(null));
  keys.addEventListener("click", (event) => {
    if (!board.place) return;
    board.hasFocus = false;
    const item = found(board, ...at(event), event.pointerType === "touch" ? 14 : HIT);
    hover(item);
    if (item) pick(board, item);
  });
}

// ---- keys --------------------------------------------------------------------------------------

const clamp = (v, low, high) => Math.max(low, Math.min(high, v));
const rowsShown = (board) =>
  Array.from({ length: board.scene.n }, (_, k) => k).filter((row) => isShown(board, row));

const WALKS = {
  unit(board, { column, unit }, dx, dy) {
    const { sizes } = board.scene;
    if (dy) return { kind: "unit", column, unit: clamp(unit + dy, 0, sizes[column] - 1) };
    if (dx > 0 && column < sizes.length - 1)
      return {
        kind: "weight",
        layer: column,
        from: unit,
        to: Math.min(unit, sizes[column + 1] - 1),
      };
    if (dx > 0) return board.picture.drawing ? { kind: "place", x: 0, y: 0 } : firstPoint(board);
    if (column > 0)
      return {
        kind: "weight",
        layer: column - 1,
        from: Math.min(unit, sizes[column - 1] - 1),
        to: unit,
      };
    return null;
  },
  weight(board, { layer, from, to }, dx, dy) {
    if (dy)
      return {
        kind: "weight",
        layer,
        from,
        to: clamp(to + dy, 0, board.scene.sizes[layer + 1] - 1),
      };
    return dx > 0
      ? { kind: "unit", column: layer + 1, unit: to }
      : { kind: "unit", column: layer, unit: from };
  },
  bias(board, { column, unit }, dx, dy) {
    return WALKS.unit(board, { column, unit }, dx, dy);
  },
  point(board, { row }, dx, dy) {
    if (dx < 0) return { kind: "unit", column: board.scene.sizes.length - 1, unit: 0 };
    const rows = rowsShown(board);
    return { kind: "point", row: rows[clamp(rows.indexOf(row) + (dy || dx), 0, rows.length - 1)] };
  },
  place(board, { x, y }, dx, dy) {
    return { kind: "place", x: clamp(x + dx / 12, -1, 1), y: clamp(y - dy / 12, -1, 1) };
  },
};

function firstPoint(board) {
  const rows = rowsShown(board);
  return rows.length ? { kind: "point", row: rows[0] } : null;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const START = { kind: "unit", column: 0, unit: 0 };

/** The walk stays on the board when the network behind it has become smaller. */
function exists({ scene }, item) {
  if (!item) return false;
  if (item.kind === "unit" || item.kind === "bias")
    return item.unit < (scene.sizes[item.column] ?? 0);
  if (item.kind === "weight")
    return (
      item.from < (scene.sizes[item.layer] ?? 0) && item.to < (scene.sizes[item.layer + 1] ?? 0)
    );
  return item.kind === "place" || item.row < scene.n;
}

function bindKeys(board) {
  const { keys, said } = board;
  const goTo = (item) => {
    if (!item) return;
    board.focus = item;
    board.hasFocus = true;
    drawOver(board);
    said.textContent = inFull(board, item);
  };
  keys.addEventListener("keydown", (event) => {
    if (!board.place || event.ctrlKey || event.metaKey || event.altKey) return;
    const now = exists(board, board.focus) ? board.focus : null;
    const arrow = ARROWS[event.key];
    if (arrow) goTo(now && board.hasFocus ? WALKS[now.kind](board, now, ...arrow) : (now ?? START));
    else if (event.key === "Home") goTo(START);
    else if (event.key === "Enter" && now) pick(board, now);
    else if (event.key.toLowerCase() === "b" && now?.kind === "unit" && now.column > 0) {
      goTo({ ...now, kind: "bias" });
      pick(board, board.focus);
    } else if (event.key === "Escape") {
      board.focus = null;
      drawOver(board);
      return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  keys.addEventListener("focus", () => {
    if (!keys.matches(":focus-visible") || !board.place) return;
    goTo(exists(board, board.focus) ? board.focus : START);
  });
  keys.addEventListener("blur", () => {
    board.hasFocus = false;
    if (board.place) drawOver(board);
  });
}
