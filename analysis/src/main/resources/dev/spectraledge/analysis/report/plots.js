"use strict";
/*
 * Turns the drawn figures of a page into plots that one can read off. The numbers stand in the page as JSON beside each
 * drawing; whatever they say ends up as text, never as markup, because names in them may be a stranger's.
 */
window.spectralEdge = (() => {
  const NARROWEST_DRAG = 6;
  /** A point is pointed at from this many pixels. */
  const REACH = 14;
  /** Room that data leave at the ends of an axis, as in the drawings. */
  const MARGIN = 0.06;
  const COLOURS = 7;

  const element = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  // ---- Numbers as text

  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const superscript = exponent =>
    (exponent < 0 ? "⁻" : "") + [...String(Math.abs(exponent))].map(digit => SUPERSCRIPTS[digit]).join("");
  const minus = text => text.replace("-", "−");
  const grouped = text => text.length < 5 ? text : text.replace(/\B(?=(\d{3})+$)/g, "\u2009");

  /** Few significant digits, with powers of ten outside of 10⁻³ … 10⁶; whole numbers in full. */
  function numberText(value, digits = 4) {
    if (value == null || Number.isNaN(value)) {
      return "–";
    }
    if (Number.isInteger(value) && Math.abs(value) < 1e9) {
      return minus((value < 0 ? "-" : "") + grouped(String(Math.abs(value))));
    }
    const exponent = Math.floor(Math.log10(Math.abs(value)));
    return exponent < -3 || exponent >= 6
      ? minus((value / 10 ** exponent).toPrecision(digits)) + "·10" + superscript(exponent)
      : minus(value.toPrecision(digits));
  }

  /** 1, 2 or 5 times a power of ten, about as large as wanted. */
  function niceSpacing(wanted) {
    const power = 10 ** Math.floor(Math.log10(wanted));
    const fraction = wanted / power;
    return power * (fraction < Math.SQRT2 ? 1 : fraction < Math.sqrt(10) ? 2 : fraction < Math.sqrt(50) ? 5 : 10);
  }

  function linearTicks(low, high, wanted) {
    const spacing = niceSpacing((high - low) / Math.max(1, wanted));
    const decimals = Math.max(0, Math.ceil(-Math.log10(spacing) - 1e-9));
    const ticks = [];
    for (let i = Math.ceil(low / spacing - 1e-9); i * spacing <= high + spacing * 1e-9; i++) {
      const value = Number((i * spacing).toFixed(Math.min(20, decimals)));
      const plain = value === 0 || (Math.abs(value) < 1e6 && Math.abs(value) >= 1e-4);
      const text = decimals === 0 ? numberText(value) : minus(value.toFixed(decimals));
      ticks.push([value, plain ? text : numberText(value, 2)]);
    }
    return ticks;
  }

  /** Powers of ten, with 2 and 5 times them where they are few; round numbers within a single one. */
  function logTicks(low, high, wanted) {
    const decades = Math.log10(high / low);
    if (decades < 1) {
      return linearTicks(low, high, wanted);
    }
    const digits = decades < 2.5 ? [1, 2, 5] : [1];
    const every = decades < 2.5 ? 1 : Math.max(1, Math.ceil(decades / (wanted + 2)));
    const ticks = [];
    for (let exponent = Math.floor(Math.log10(low) / every) * every; 10 ** exponent <= high; exponent += every) {
      for (const digit of digits) {
        const value = Number(digit + "e" + exponent);
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) {
          const plain = exponent >= -2 && exponent <= 3;
          ticks.push([value, plain ? minus(String(value)) : (digit === 1 ? "" : digit + "·") + "10" + superscript(exponent)]);
        }
      }
    }
    return ticks;
  }

  // ---- Colours, which follow the page from light to dark

  let palette = {};
  function readPalette() {
    const style = getComputedStyle(document.documentElement);
    palette = {};
    for (const name of ["ink", "soft", "line", "paper", ...Array.from({length: COLOURS}, (unused, i) => "c" + i)]) {
      palette[name] = style.getPropertyValue("--" + name).trim();
    }
  }
  const colour = index => palette["c" + index % COLOURS];
  const translucent = (index, opacity) => colour(index) + Math.round(opacity * 255).toString(16).padStart(2, "0");

  // ---- Panels with the same axis of positions move together

  const groups = new Map();

  class Group {
    constructor(label) {
      this.label = label;
      this.plots = new Set();
      this.range = null;
    }

    /** Shows a part of the axis in all panels, or all of it. */
    zoom(range) {
      this.range = range;
      this.plots.forEach(plot => plot.showRange());
      zoomBar.show();
    }

    /** Makes what is shown larger or smaller around its middle, or around a position. */
    scale(factor, plot, at) {
      const [low, high] = plot.range();
      const centre = at ?? (low + high) / 2;
      const [least, most] = plot.wholeRange();
      const range = [Math.max(least, centre - (centre - low) * factor), Math.min(most, centre + (high - centre) * factor)];
      this.zoom(range[0] <= least && range[1] >= most ? null : range);
    }
  }

  function groupOf(label) {
    if (!groups.has(label)) {
      groups.set(label, new Group(label));
    }
    return groups.get(label);
  }

  /** Says what part is shown, and leads back to the whole. */
  const zoomBar = {
    show() {
      this.bar ??= this.make();
      const zoomed = [...groups.values()].filter(group => group.range);
      this.bar.hidden = zoomed.length === 0;
      this.text.textContent = zoomed
        .map(group => `${group.label} ${numberText(group.range[0])} to ${numberText(group.range[1])}`)
        .join(", ");
    },
    make() {
      this.text = element("span", {role: "status"});
      const whole = element("button", {type: "button"}, "Show all");
      whole.addEventListener("click", () => groups.forEach(group => group.range && group.zoom(null)));
      const bar = element("div", {class: "zoom-bar", role: "region", "aria-label": "Zoom"}, this.text, whole);
      document.querySelector("main").append(bar);
      return bar;
    }
  };

  // ---- Series

  /** uPlot wants ascending positions, each once: points at the same position stand as close to it as numbers can. */
  function ascending(points) {
    const order = points.x.map((unused, i) => i).sort((a, b) => points.x[a] - points.x[b]);
    const x = [];
    for (const i of order) {
      const previous = x.at(-1);
      x.push(previous !== undefined && points.x[i] <= previous
        ? previous + Math.max(Math.abs(previous), 1) * 1e-12
        : points.x[i]);
    }
    return {x, y: order.map(i => points.y[i]), names: points.names && order.map(i => points.names[i])};
  }

  /**
   * Everything of a panel that people can switch on and off, with its columns of numbers. What has no name of its own is
   * switched with what it belongs to: medians with the first of them, other points with the series of their colour. So are
   * series of one name and one colour, with the first of them.
   */
  function entriesOf(panel, positions) {
    const entries = [];
    for (const band of panel.bands) {
      entries.push({kind: "band", ...band, x: positions[band.x], values: [band.low, band.high]});
    }
    for (const line of panel.lines) {
      const values = line.low ? [line.y, line.low, line.high] : [line.y];
      entries.push({kind: "line", ...line, x: positions[line.x], values});
    }
    for (const points of panel.points) {
      const sorted = ascending(points);
      entries.push({kind: "points", ...points, ...sorted, values: [sorted.y]});
    }
    const used = new Map();
    for (const entry of entries) {
      const name = entry.kind + ":" + entry.label;
      used.set(name, (used.get(name) ?? 0) + 1);
      entry.key = name + ":" + used.get(name);
    }
    const labelled = entries.filter(entry => entry.label);
    for (const entry of entries) {
      const leader = entry.label
        ? labelled.find(other => other.kind === entry.kind && other.label === entry.label && other.colour === entry.colour)
        : labelled.find(other => other.mark === "bar" && entry.mark === "bar")
          ?? labelled.find(other => other.colour === entry.colour);
      entry.switch = (leader ?? entry).key;
    }
    return entries;
  }

  // ---- One panel

  class PanelPlot {
    constructor(figure, panel, positions) {
      this.figure = figure;
      this.hidden = new Set();
      this.log = panel.y.log;
      this.heading = element("p", {class: "plot-title"}, panel.title);
      this.logButton = this.button("Log", "logarithmic axis", () => this.switchLog());
      const copy = this.button("Copy", "copy the numbers", () => this.copy(copy));
      const save = this.button("CSV", "download the numbers", () => this.save());
      this.tools = element("div", {class: "plot-tools"}, this.logButton, copy, save);
      this.legend = element("ul", {class: "plot-legend"});
      this.said = element("span", {class: "plot-said", "aria-live": "polite"});
      this.place = element("div", {class: "plot-place", tabindex: "0", role: "group"});
      this.root = element("div", {class: "plot"},
        element("div", {class: "plot-head"}, this.heading, this.tools), this.legend, this.place, this.said);
      this.place.addEventListener("keydown", event => this.key(event));
      this.take(panel, positions);
    }

    button(text, meaning, action) {
      const button = element("button", {type: "button", title: meaning}, text);
      button.addEventListener("click", action);
      return button;
    }

    /** Takes the numbers of a panel, the first or later ones. */
    take(panel, positions) {
      const before = this.entries?.map(entry => entry.key).join();
      const group = groupOf(panel.x.label);
      if (this.group !== group) {
        this.group?.plots.delete(this);
        this.group = group;
      }
      this.panel = panel;
      this.entries = entriesOf(panel, positions);
      this.align();
      if (this.entries.map(entry => entry.key).join() !== before) {
        this.fillLegend();
        this.rebuild();
      } else if (this.chart) {
        this.chart.setData(this.aligned);
      }
    }

    /** One column of positions and those of all values. */
    align() {
      const same = this.entries.every(entry => entry.x === this.entries[0].x);
      this.aligned = same
        ? [this.entries[0].x, ...this.entries.flatMap(entry => entry.values)]
        : uPlot.join(this.entries.map(entry => [entry.x, ...entry.values]));
      let column = 1;
      for (const entry of this.entries) {
        entry.column = column;
        column += entry.values.length;
      }
      if (!same) {
        this.placeNames();
      }
    }

    /** Names of points by their place among all positions. */
    placeNames() {
      for (const entry of this.entries.filter(entry => entry.names)) {
        const places = new Map(this.aligned[0].map((x, i) => [x, i]));
        const names = [];
        entry.x.forEach((x, i) => names[places.get(x)] = entry.names[i]);
        entry.names = names;
      }
    }

    fillLegend() {
      this.root.classList.toggle("many", !this.panel.legend);
      this.xOutput = element("span", {class: "plot-value"});
      this.items = new Map();
      this.legend.replaceChildren(element("li", {}, element("span", {class: "plot-x"}, this.panel.x.label + " ", this.xOutput)));
      for (const entry of this.entries) {
        const output = element("span", {class: "plot-value"});
        if (entry.label && entry.switch === entry.key) {
          const swatch = element("span", {class: `swatch ${entry.mark ?? entry.stroke ?? "band"} s${entry.colour % COLOURS}`});
          const button = element("button", {type: "button", "aria-pressed": String(!this.isHidden(entry))},
            swatch, entry.label + " ", output);
          button.addEventListener("click", () => this.toggle(entry.key));
          this.legend.append(element("li", {}, button));
          this.items.set(entry.key, {button, output});
        }
      }
    }

    isHidden(entry) {
      return this.hidden.has(entry.switch);
    }

    toggle(key) {
      const on = this.hidden.has(key);
      on ? this.hidden.delete(key) : this.hidden.add(key);
      this.items.get(key).button.setAttribute("aria-pressed", String(on));
      this.chart.batch(() => {
        for (const entry of this.entries.filter(entry => entry.switch === key)) {
          entry.values.forEach((unused, i) => this.chart.setSeries(entry.column + i, {show: on}));
        }
      });
    }

    switchLog() {
      this.log = !this.log;
      this.rebuild();
    }

    wholeRange() {
      const axis = this.panel.x;
      const x = this.aligned[0];
      const low = axis.low ?? x[0] ?? 0;
      const high = axis.high ?? x.at(-1) ?? 1;
      return low < high ? [low, high] : [low - 0.5, low + 0.5];
    }

    range() {
      return this.group.range ?? this.wholeRange();
    }

    showRange() {
      const [min, max] = this.range();
      this.chart.setScale("x", {min, max});
    }

    /** The ends of the axis of values, for data between two numbers. */
    valueRange(dataLow, dataHigh) {
      const axis = this.panel.y;
      const free = end => end == null || (this.log && end <= 0);
      let low = free(axis.low) ? dataLow : axis.low;
      let high = free(axis.high) ? dataHigh : axis.high;
      if (low == null || high == null || (this.log && high <= 0)) {
        return this.log ? [0.1, 10] : [0, 1];
      }
      if (this.log) {
        low = low > 0 ? low : high / 1e6;
        const factor = low < high ? (high / low) ** MARGIN : 2;
        return [free(axis.low) ? low / factor : low, free(axis.high) ? high * factor : high];
      }
      const room = low < high ? (high - low) * MARGIN : Math.abs(low) / 2 || 1;
      return [free(axis.low) ? low - room : low, free(axis.high) ? high + room : high];
    }

    series() {
      return this.entries.flatMap(entry => {
        const show = !this.isHidden(entry);
        const unseen = {show, stroke: "transparent", width: 0, points: {show: false}};
        if (entry.kind === "band") {
          return [unseen, unseen];
        }
        if (entry.kind === "points") {
          return [{...unseen, paths: () => null}];
        }
        const line = {
          show,
          stroke: () => colour(entry.colour),
          width: 1.6,
          dash: entry.stroke === "dashed" ? [5, 3] : undefined,
          paths: entry.stroke === "steps" ? uPlot.paths.stepped({align: 1}) : uPlot.paths.linear(),
          points: {show: true, size: 5, fill: () => colour(entry.colour), filter: (chart, column) => this.isolated(column)}
        };
        return entry.low ? [line, unseen, unseen] : [line];
      });
    }

    /** Values between two gaps, which no line shows. */
    isolated(column) {
      const places = [...this.aligned[column].keys()].filter(i => this.aligned[column][i] !== undefined);
      const known = place => this.aligned[column][places[place]] != null;
      return places.filter((unused, place) => known(place) && !known(place - 1) && !known(place + 1));
    }

    bands() {
      return this.entries.filter(entry => entry.values.length > 1).map(entry => {
        const [low, high] = entry.kind === "band" ? [0, 1] : [1, 2];
        return {
          series: [entry.column + high, entry.column + low],
          fill: () => translucent(entry.colour, entry.kind === "band" ? 0.25 : 0.3)
        };
      });
    }

    axis(axis, log, vertical) {
      const ticks = (low, high, pixels) => axis.ticks
        ?? (log ? logTicks : linearTicks)(low, high, Math.max(3, pixels / (vertical ? 38 : 90)));
      const labels = new Map();
      return {
        scale: vertical ? "y" : "x",
        side: vertical ? 3 : 2,
        label: axis.label,
        labelSize: 18,
        labelFont: "12px system-ui, sans-serif",
        font: "12px system-ui, sans-serif",
        stroke: () => palette.soft,
        gap: 4,
        size: vertical ? (unused, values) => 14 + 6.6 * Math.max(3, ...(values ?? []).map(text => text.length)) : 30,
        grid: {show: vertical, stroke: () => palette.line, width: 1},
        ticks: {show: !vertical, stroke: () => palette.soft, size: 4, width: 1},
        splits: (chart, unused, low, high) => {
          const pixels = (vertical ? chart.bbox.height : chart.bbox.width) / devicePixelRatio || 200;
          labels.clear();
          let free = -Infinity;
          for (const [value, text] of ticks(low, high, pixels)) {
            // Of ticks that stand too close to be labelled side by side, the first keeps its label.
            const at = (value - low) / (high - low) * pixels;
            const half = text.length * 3.4;
            const fits = vertical || axis.ticks === undefined || at - half >= free;
            if (value >= low && value <= high) {
              labels.set(value, fits ? text : "");
              free = fits ? at + half : free;
            }
          }
          return [...labels.keys()];
        },
        filter: (unused, splits) => splits,
        values: (unused, splits) => splits.map(split => labels.get(split) ?? "")
      };
    }

    options() {
      return {
        width: Math.max(200, this.place.clientWidth),
        height: this.figure.plotHeight(),
        legend: {show: false},
        padding: [this.panel.events.length ? 18 : 8, 14, 0, 0],
        scales: {
          x: {time: false, distr: this.panel.x.log ? 3 : 1, range: () => this.range()},
          y: {distr: this.log ? 3 : 1, range: (unused, low, high) => this.valueRange(low, high)}
        },
        axes: [this.axis(this.panel.x, this.panel.x.log, false), this.axis(this.panel.y, this.log, true)],
        series: [{}, ...this.series()],
        bands: this.bands(),
        cursor: {
          y: false,
          drag: {x: true, y: false, setScale: false, dist: NARROWEST_DRAG},
          points: {size: (unused, column) => this.isLine(column) ? 7 : 0},
          dataIdx: (chart, series, at) => this.nearest(series, at),
          bind: {dblclick: () => () => this.group.zoom(null)},
          sync: {key: "x: " + this.group.label, scales: ["x", null], filters: {pub: type => /^mouse(move|leave)$/.test(type)}}
        },
        hooks: {
          draw: [chart => this.decorate(chart)],
          setSelect: [chart => this.selected(chart)],
          setCursor: [chart => this.read(chart)]
        }
      };
    }

    isLine(column) {
      return this.entries.some(entry => entry.kind === "line" && entry.column === column);
    }

    /** Of panels whose series have positions of their own, the place of the nearest value of one. */
    nearest(column, at) {
      const values = this.aligned[column];
      const x = this.aligned[0];
      if (column === 0 || values[at] !== undefined) {
        return at;
      }
      const [low, high] = this.range();
      const near = i => i >= 0 && i < x.length && Math.abs(x[i] - x[at]) < (high - low) / 30;
      for (let distance = 1; near(at - distance) || near(at + distance); distance++) {
        for (const i of [at - distance, at + distance]) {
          if (near(i) && values[i] !== undefined) {
            return i;
          }
        }
      }
      return at;
    }

    rebuild() {
      if (!this.place.isConnected) {
        return;
      }
      this.chart?.destroy();
      this.group.plots.add(this);
      this.chart = new uPlot(this.options(), this.aligned, this.place);
      this.place.setAttribute("aria-label",
        `${this.panel.title}, a plot: arrow keys read values, plus and minus zoom, Escape shows all`);
      this.logButton.setAttribute("aria-pressed", String(this.log));
      dragByTouch(this.chart.over);
    }

    resize() {
      const width = Math.max(200, this.place.clientWidth);
      if (this.chart && width !== this.chart.width) {
        this.chart.setSize({width, height: this.figure.plotHeight()});
      }
    }

    selected(chart) {
      const {left, width} = chart.select;
      if (width >= NARROWEST_DRAG) {
        chart.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
        this.group.zoom([chart.posToVal(left, "x"), chart.posToVal(left + width, "x")]);
      }
    }

    /** Writes the values under the cursor, wherever on the page it is, into the legend. */
    read(chart) {
      const at = chart.cursor.idx;
      const off = at == null || chart.cursor.left < 0;
      const pointed = off ? undefined : this.pointed(chart);
      this.xOutput.textContent = off ? "" : numberText(this.aligned[0][at]);
      this.items.forEach(({output}, key) => {
        const named = this.entries.filter(entry => entry.switch === key);
        const texts = off ? [] : named.map(entry => this.valueText(chart, entry, pointed)).filter(Boolean);
        const alike = named.filter(entry => entry.kind === "line" && entry.label).length;
        output.textContent = alike > 1 && texts.length > 1 ? `${texts[0]} … ${texts.at(-1)}` : texts[0] ?? "";
      });
    }

    valueText(chart, entry, pointed) {
      if (entry.kind === "points") {
        return pointed?.entry === entry ? entry.names?.[pointed.at] ?? numberText(pointed.value) : "";
      }
      const at = chart.cursor.idxs[entry.column];
      const [first, second, third] = entry.values.map((unused, i) => this.aligned[entry.column + i][at]);
      if (first == null) {
        return "–";
      }
      if (entry.kind === "band") {
        return `${numberText(first)} to ${numberText(second)}`;
      }
      return second == null || second === third
        ? numberText(first)
        : `${numberText(first)} (${numberText(second)} to ${numberText(third)})`;
    }

    /** The point that lies nearest to the mouse, if one is near. */
    pointed(chart) {
      let best;
      for (const entry of this.entries.filter(entry => entry.kind === "points" && !this.isHidden(entry))) {
        this.aligned[entry.column].forEach((value, at) => {
          if (value != null) {
            const distance = Math.hypot(chart.valToPos(this.aligned[0][at], "x") - chart.cursor.left,
              chart.valToPos(value, "y") - chart.cursor.top);
            if (distance < (best?.distance ?? REACH)) {
              best = {entry, at, value, distance};
            }
          }
        });
      }
      return best;
    }

    /** Points, and what is no series: references, events, notes. */
    decorate(chart) {
      const {ctx, bbox} = chart;
      const ratio = devicePixelRatio;
      const x = value => chart.valToPos(value, "x", true);
      const y = value => chart.valToPos(value, "y", true);
      ctx.save();
      ctx.font = `${11 * ratio}px system-ui, sans-serif`;
      ctx.textAlign = "center";
      ctx.textBaseline = "alphabetic";
      this.drawEvents(ctx, bbox, x, ratio);
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      ctx.lineWidth = ratio;
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      for (const [value, label] of this.panel.references) {
        ctx.strokeStyle = ctx.fillStyle = palette.soft;
        line(ctx, bbox.left, y(value), bbox.left + bbox.width, y(value));
        ctx.fillText(label, bbox.left + bbox.width * 0.6, y(value) + 13 * ratio);
      }
      ctx.setLineDash([]);
      for (const [atX, atY, text] of this.panel.notes) {
        ctx.fillStyle = palette.soft;
        ctx.fillText(text, x(atX), y(atY));
      }
      ctx.restore();
      this.drawPoints(ctx, chart, x, y, ratio);
    }

    /** Whole where they stand at an edge. */
    drawPoints(ctx, chart, x, y, ratio) {
      const within = (value, {min, max}) => value >= min && value <= max;
      ctx.save();
      for (const entry of this.entries.filter(entry => entry.kind === "points" && !this.isHidden(entry))) {
        ctx.strokeStyle = ctx.fillStyle = colour(entry.colour);
        entry.x.forEach((value, i) => {
          if (within(value, chart.scales.x) && within(entry.y[i] ?? NaN, chart.scales.y)) {
            mark(ctx, entry.mark, x(value), y(entry.y[i]), ratio);
          }
        });
      }
      ctx.restore();
    }

    drawEvents(ctx, bbox, x, ratio) {
      ctx.lineWidth = 1.1 * ratio;
      ctx.strokeStyle = ctx.fillStyle = palette.ink;
      ctx.setLineDash([4 * ratio, 3 * ratio]);
      let free = -Infinity;
      for (const [value, label] of [...this.panel.events].sort((a, b) => a[0] - b[0])) {
        const at = x(value);
        if (at >= bbox.left && at <= bbox.left + bbox.width) {
          line(ctx, at, bbox.top - 2 * ratio, at, bbox.top + bbox.height);
          const width = ctx.measureText(label).width;
          const middle = Math.max(bbox.left + width / 2, Math.min(at, bbox.left + bbox.width - width / 2));
          // Of events that stand too close to be named side by side, the first keeps its name.
          if (middle - width / 2 >= free) {
            ctx.fillText(label, middle, bbox.top - 5 * ratio);
            free = middle + width / 2 + 6 * ratio;
          }
        }
      }
      ctx.setLineDash([]);
    }

    /** Arrow keys read values, plus and minus zoom, Escape shows all. */
    key(event) {
      const move = {ArrowLeft: -1, ArrowRight: 1}[event.key];
      const factor = {"+": 0.5, "=": 0.5, "-": 2}[event.key];
      if (move) {
        this.step(move * (event.shiftKey ? 10 : 1));
      } else if (factor) {
        const at = this.chart.cursor.idx;
        this.group.scale(factor, this, this.chart.cursor.left >= 0 && at != null ? this.aligned[0][at] : undefined);
      } else if (event.key === "Escape") {
        this.group.zoom(null);
      } else {
        return;
      }
      event.preventDefault();
    }

    step(places) {
      const x = this.aligned[0];
      const [low, high] = this.range();
      const first = x.findIndex(value => value >= low);
      const last = x.findLastIndex(value => value <= high);
      const from = this.chart.cursor.left >= 0 ? this.chart.cursor.idx ?? first : places > 0 ? first - places : last - places;
      const at = Math.max(first, Math.min(last, from + places));
      this.chart.setCursor({left: this.chart.valToPos(x[at], "x"), top: this.chart.over.clientHeight / 2});
      this.said.textContent = [...this.legend.children].map(item => item.textContent).join(", ");
    }

    /** All numbers of the panel as a table. */
    table(separator) {
      const quoted = text => /["\n\r]/.test(text) || text.includes(separator) ? `"${text.replaceAll('"', '""')}"` : text;
      const header = [this.panel.x.label];
      const names = [];
      for (const entry of this.entries) {
        const parts = {1: [""], 2: [" low", " high"], 3: ["", " low", " high"]}[entry.values.length];
        header.push(...parts.map(part => (entry.label || this.panel.y.label) + part));
        if (entry.names) {
          header.push((entry.label || this.panel.y.label) + " name");
          names[entry.column] = entry.names;
        }
      }
      const rows = this.aligned[0].map((x, i) => {
        const cells = [Number(x.toPrecision(11))];
        for (let column = 1; column < this.aligned.length; column++) {
          cells.push(this.aligned[column][i] ?? "");
          if (names[column]) {
            cells.push(names[column][i] ?? "");
          }
        }
        return cells;
      });
      return [header, ...rows].map(cells => cells.map(cell => quoted(String(cell))).join(separator)).join("\n") + "\n";
    }

    async copy(button) {
      const text = this.table("\t");
      try {
        await navigator.clipboard.writeText(text);
      } catch (refused) {
        // A page that comes neither from a server with a certificate nor from this machine may not use the clipboard so.
        const area = element("textarea", {"aria-hidden": "true", class: "plot-said"});
        area.value = text;
        this.root.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
      }
      button.textContent = "Copied";
      setTimeout(() => button.textContent = "Copy", 1500);
    }

    save() {
      const name = `${this.figure.data.name}-${this.panel.title}`.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
      const address = URL.createObjectURL(new Blob([this.table(",")], {type: "text/csv"}));
      const anchor = element("a", {href: address, download: name + ".csv"});
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(address), 10000);
    }
  }

  function line(ctx, fromX, fromY, toX, toY) {
    ctx.beginPath();
    ctx.moveTo(fromX, fromY);
    ctx.lineTo(toX, toY);
    ctx.stroke();
  }

  function mark(ctx, kind, x, y, ratio) {
    if (kind === "dot") {
      ctx.globalAlpha = 0.75;
      ctx.beginPath();
      ctx.arc(x, y, 3 * ratio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.globalAlpha = 1;
    } else if (kind === "bar") {
      ctx.lineWidth = 2.5 * ratio;
      line(ctx, x - 9 * ratio, y, x + 9 * ratio, y);
    } else {
      ctx.lineWidth = 1.4 * ratio;
      ctx.beginPath();
      ctx.moveTo(x - 4 * ratio, y + 3 * ratio);
      ctx.lineTo(x, y - 4 * ratio);
      ctx.lineTo(x + 4 * ratio, y + 3 * ratio);
      ctx.closePath();
      ctx.stroke();
    }
  }

  /** A finger that moves sideways selects as a mouse does; up and down it scrolls the page. */
  function dragByTouch(over) {
    const kinds = {pointerdown: "mousedown", pointermove: "mousemove", pointerup: "mouseup"};
    for (const [pointer, mouse] of Object.entries(kinds)) {
      over.addEventListener(pointer, event => {
        if (event.pointerType === "touch") {
          over.dispatchEvent(new MouseEvent(mouse, {clientX: event.clientX, clientY: event.clientY, bubbles: true, button: 0}));
        }
      });
    }
  }

  // ---- One figure

  const figures = new Map();
  const resized = new ResizeObserver(changes => changes.forEach(change => figures.get(change.target).resize()));
  /** Plots are made when they come near the screen: a page may have a hundred. */
  const approached = new IntersectionObserver(
    changes => changes.filter(change => change.isIntersecting).forEach(change => figures.get(change.target).draw()),
    {rootMargin: "600px"});

  class FigurePlot {
    constructor(root) {
      this.root = root;
      this.data = JSON.parse(root.querySelector("script").textContent);
      figures.set(root, this);
      approached.observe(root);
    }

    plotHeight() {
      return Math.max(150, this.data.height - 60);
    }

    draw() {
      approached.unobserve(this.root);
      if (!this.grid) {
        this.grid = element("div", {class: "plots columns-" + Math.min(4, this.data.columns)});
        this.root.prepend(this.grid);
        this.root.classList.add("scripted");
        try {
          this.fill();
          this.root.removeAttribute("tabindex");
          resized.observe(this.root);
        } catch (unfit) {
          // Numbers that come with a stranger's drawing may be anything; the drawing is still there.
          this.plots.forEach(plot => plot.group?.plots.delete(plot));
          this.plots = [];
          this.grid.remove();
          this.root.classList.remove("scripted", "plotted");
        }
      }
    }

    fill() {
      this.plots ??= [];
      this.data.panels.forEach((panel, i) => {
        if (this.plots[i]) {
          this.plots[i].take(panel, this.data.positions);
        } else {
          this.plots[i] = new PanelPlot(this, panel, this.data.positions);
          this.grid.append(this.plots[i].root);
          this.plots[i].rebuild();
        }
      });
      for (const gone of this.plots.splice(this.data.panels.length)) {
        gone.group.plots.delete(gone);
        gone.root.remove();
      }
    }

    /** Takes later numbers; what people have switched and zoomed stays as it is. */
    update(data) {
      this.data = data;
      if (this.grid) {
        this.fill();
      }
    }

    resize() {
      this.plots?.forEach(plot => plot.resize());
    }

    redraw() {
      this.plots?.forEach(plot => plot.chart?.redraw(false));
    }
  }

  readPalette();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readPalette();
    figures.forEach(figure => figure.redraw());
  });
  document.querySelectorAll("figure.plotted").forEach(root => new FigurePlot(root));

  return {
    element,
    /** Brings the figure of this name up to date; false if there is none. */
    update(data) {
      const figure = [...figures.values()].find(known => known.data.name === data.name);
      figure?.update(data);
      return figure !== undefined;
    },
    /** Makes a plot of a figure element that was added later. */
    add: root => new FigurePlot(root)
  };
})();
