'use strict';
/* The page's script: draws the plots, and gives tables their buttons. Text enters the document by
 * textContent only. */
(() => {
  const FONTS = 'system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
  const COUNTS = [1, 2, 5].flatMap(n => [n, 10 * n, 100 * n, 1000 * n, 10000 * n, 100000 * n]).sort((a, b) => a - b);
  const SIZES = {text: 12, axisGap: 5, tick: 5};
  /* Okabe and Ito's palette, which colour-blind readers can tell apart; darker or lighter than the
   * original where the ground asks for it. */
  const THEMES = {
    light: {
      ink: '#3c444c', grid: '#e6e9eb', axis: '#aab2b8', from: 0, to: .88,
      palette: ['#0072b2', '#d55e00', '#008a64', '#b0568f', '#b98000', '#3c9bd0', '#444c54', '#8a5a2b'],
    },
    dark: {
      ink: '#b4bec6', grid: '#262d33', axis: '#5a6670', from: .22, to: 1,
      palette: ['#56b4e9', '#f08a3c', '#2cc297', '#e39ac6', '#f0c340', '#4f86f7', '#c3cad0', '#c79a6b'],
    },
  };
  const VIRIDIS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const PAPER_WIDTH = 680; /* px: A4 between margins of 15 mm at 96 px an inch */
  const PAPER_SCALE = 3;   /* drawn so much larger for paper, then shrunk */
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const paper = matchMedia('print');
  const plots = [];
  let printing = false;
  /* What view.js, which is there if the page holds a simulated front, shares. */
  const page = {
    views: [], dark, paperWidth: PAPER_WIDTH,
    get printing() { return printing; },
    get palette() { return THEMES[!printing && dark.matches ? 'dark' : 'light'].palette; },
  };

  const make = (name, className, text) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  };

  const floats = text => {
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Float32Array.from({length: bytes.length / 4}, (_, i) => view.getFloat32(4 * i, true));
  };

  const rampColor = (place, theme) => {
    const at = (theme.from + place * (theme.to - theme.from)) * (VIRIDIS.length - 1);
    const i = Math.min(Math.floor(at), VIRIDIS.length - 2);
    const mix = VIRIDIS[i].map((c, k) => Math.round(c + (at - i) * (VIRIDIS[i + 1][k] - c)));
    return `rgb(${mix.join(',')})`;
  };

  const minus = text => text.replace(/-/g, '\u2212');
  const places = step => {
    const text = parseFloat(step.toPrecision(6)).toFixed(12).replace(/0+$/, '');
    return text.length - text.indexOf('.') - 1;
  };
  const tickText = (u, splits, axis, space, step) =>
    splits.map(v => v == null ? '' : minus(v.toFixed(Math.min(places(step), 8))));
  /* As many digits as the visible range can tell apart by pixels, and one more. */
  const valueText = (v, range) => {
    const digits = Math.ceil(-Math.log10(range / 5000));
    return minus(digits > 8 ? v.toPrecision(5) : v.toFixed(Math.max(0, digits)));
  };
  const quantity = (label, unit) => unit && unit !== '1' ? `${label} / ${unit}` : label;
  const withUnit = (text, unit) => unit && unit !== '1' ? `${text} ${unit}` : text;

  const extent = (series, axis, least = -Infinity, most = Infinity) => {
    let low = Infinity, high = -Infinity;
    for (const s of series) {
      if (!s.show) continue;
      for (const v of s[axis]) {
        if (v < low && v >= least) low = v;
        if (v > high && v <= most) high = v;
      }
    }
    return low > high ? [0, 1] : [low, high];
  };
  const padded = ([low, high], share) => {
    const pad = high > low ? share * (high - low) : Math.abs(high) * .05 || 1;
    return [low - pad, high + pad];
  };

  class Plot {
    constructor(spec) {
      Object.assign(this, spec);
      this.figure = document.getElementById(spec.id);
      for (const s of this.series) {
        s.x = floats(s.x);
        s.y = floats(s.y);
        s.show = true;
      }
      this.zoom = null;
      this.legend = make('div', 'legend');
      this.canvas = make('div', 'canvas');
      this.canvas.setAttribute('role', 'img');
      this.canvas.setAttribute('aria-label', `${this.title}: ${quantity(this.yLabel, this.yUnit)} against ` +
        `${quantity(this.xLabel, this.xUnit)}, ${this.series.length} trace${this.series.length === 1 ? '' : 's'}`);
      this.figure.querySelector('figcaption').after(this.legend, this.canvas);
      this.fillLegend();
      this.draw();
      new ResizeObserver(() => this.fit()).observe(this.figure);
    }

    /* Plots that share x, cursor and shown traces with this one, itself among them. */
    get family() { return this.shared ? plots.filter(p => p.shared === this.shared) : [this]; }
    /* x counts something (cycles, half cycles), and is no fraction. */
    get counts() { return this.xUnit === '1' && this.series.every(s => s.x.every(v => !(v % 1))); }
    get theme() { return THEMES[!printing && dark.matches ? 'dark' : 'light']; }
    get scale() { return printing ? PAPER_SCALE : 1; }

    /* Place in the palette. */
    place(i) { return this.series[i].color ? this.series[i].color - 1 : i; }
    color(i) {
      const {palette} = this.theme, n = this.series.length;
      return this.ramp ? rampColor(n > 1 ? i / (n - 1) : .4, this.theme) : palette[this.place(i) % palette.length];
    }
    /* Beyond the palette, traces of the same colour differ by their dashes. */
    dash(i) {
      const round = this.ramp ? 0 : Math.floor(this.place(i) / this.theme.palette.length);
      return round ? [8, 3 * round].map(d => d * this.scale) : [];
    }

    fillLegend() {
      this.legend.replaceChildren();
      this.buttons = this.series.map((s, i) => {
        const button = make('button');
        const swatch = make('i');
        swatch.style.background = this.color(i);
        button.type = 'button';
        button.append(swatch, s.label);
        button.setAttribute('aria-pressed', s.show);
        button.addEventListener('click', () => this.family.forEach(p => p.toggle(s.label)));
        return button;
      });
      this.reset = make('button', 'reset', 'Whole range');
      this.reset.type = 'button';
      this.reset.hidden = !this.zoom;
      this.reset.addEventListener('click', () => this.setZoom(null));
      if (!this.bars && (this.series.length > 1 || this.series.some(s => s.color))) {
        if (this.ramp) this.legend.append(make('span', 'word', this.ramp));
        this.legend.append(...this.buttons);
        if (this.series.length > 6) this.legend.append(this.allButton());
      }
      this.legend.append(this.reset);
    }

    allButton() {
      const button = make('button', 'all', 'All or none');
      button.type = 'button';
      button.addEventListener('click', () => {
        const show = !this.series.every(s => s.show);
        this.family.forEach(p => p.series.forEach(s => s.show !== show && p.toggle(s.label)));
      });
      return button;
    }

    toggle(label) {
      const i = this.series.findIndex(s => s.label === label);
      if (i < 0) return;
      const s = this.series[i];
      s.show = !s.show;
      this.buttons[i].setAttribute('aria-pressed', s.show);
      this.uplot.setSeries(i + 1, {show: s.show});
      this.rescale();
    }

    /* The range shown when nothing is zoomed. */
    home() {
      const ends = extent(this.series, 'x');
      const x = this.counts ? [ends[0] - .5, ends[1] + .5] : padded(ends, .01);
      const y = padded(extent(this.series, 'y', this.yLow ?? undefined, this.yHigh ?? undefined), .05);
      if (this.bars) [y[0], y[1]] = [-this.series.length - .6, -.4];
      if (this.yLow != null) y[0] = this.yLow;
      if (this.yHigh != null) y[1] = this.yHigh;
      return this.equal ? this.equalised(x, y) : {x, y};
    }
    /* Widens one range until a unit is as long on both axes. */
    equalised(x, y) {
      const {width, height} = this.inner();
      const perX = (x[1] - x[0]) / width, perY = (y[1] - y[0]) / height;
      const widen = ([a, b], by) => [a - (b - a) * (by - 1) / 2, b + (b - a) * (by - 1) / 2];
      return perX > perY ? {x, y: widen(y, perX / perY)} : {x: widen(x, perY / perX), y};
    }
    inner() {
      const box = this.uplot && this.uplot.over.clientWidth ? this.uplot.over : null;
      const {width, height} = this.size();
      return box ? {width: box.clientWidth, height: box.clientHeight} : {width: width - 80, height: height - 60};
    }
    size() {
      const width = printing ? PAPER_WIDTH : Math.max(200, this.figure.clientWidth);
      const height = this.equal ? Math.min(width, 480) : Math.round(Math.min(340, Math.max(230, width * .5)));
      return {width: width * this.scale, height: height * this.scale};
    }
    fit() {
      if (!printing && this.uplot && this.uplot.width !== this.size().width) {
        this.uplot.setSize(this.size());
        if (this.equal) this.rescale();
      }
    }

    get range() { return this.zoom || this.home(); }
    rescale() {
      const {x, y} = this.range;
      this.uplot.batch(() => {
        this.uplot.setScale('x', {min: x[0], max: x[1]});
        this.uplot.setScale('y', {min: y[0], max: y[1]});
      });
    }
    setZoom(zoom) {
      for (const p of this.family) {
        p.zoom = zoom && (p === this ? zoom : {x: zoom.x, y: p.range.y});
        p.reset.hidden = !zoom;
        p.rescale();
      }
    }

    axis(side, label) {
      const {ink, grid, axis} = this.theme, k = this.scale;
      const font = `${SIZES.text * k}px ${FONTS}`;
      return {
        side, stroke: ink, font, labelFont: font, label, labelSize: 24 * k, labelGap: 4 * k, gap: SIZES.axisGap * k,
        values: side === 3 && this.bars ? (u, splits) => splits.map(v => this.series[-v - 1]?.label ?? '') : tickText,
        space: (side === 2 ? 60 : this.bars ? 8 : 34) * k,
        ...side === 3 && this.bars ? {incrs: [1]} : {},
        ...side === 2 && this.counts ? {incrs: COUNTS} : {},
        size: side === 2 ? 34 * k : (u, values) => {
          const ratio = devicePixelRatio;
          u.ctx.font = `${SIZES.text * k * ratio}px ${FONTS}`;
          const longest = Math.max(...(values || []).map(v => u.ctx.measureText(v).width / ratio), 0);
          return Math.max(longest + (SIZES.tick + SIZES.axisGap + 4) * k, (this.shared ? 50 : 0) * k);
        },
        grid: {stroke: grid, width: k}, ticks: {stroke: axis, width: k, size: SIZES.tick * k},
        border: {show: true, stroke: axis, width: k},
      };
    }

    draw() {
      if (this.uplot) this.uplot.destroy();
      this.uplot = null;
      const {width, height} = this.size();
      const data = [null, ...this.series.map(s => [s.x, s.y])];
      const facets = [{scale: 'x', auto: false}, {scale: 'y', auto: false}];
      const options = {
        mode: 2, width, height, legend: {show: false}, padding: [8, 14, 0, 0].map(v => v * this.scale),
        scales: {x: {time: false, range: () => this.range.x}, y: {range: () => this.range.y}},
        axes: [this.axis(2, quantity(this.xLabel, this.xUnit)), this.axis(3, quantity(this.yLabel, this.yUnit))],
        series: [{}, ...this.series.map((s, i) => ({
          label: s.label, facets, show: s.show, stroke: this.color(i), fill: this.color(i),
          width: (this.bars ? 12 : this.ramp ? 1.1 : 1.4) * this.scale, dash: this.dash(i), paths: (u, k) => this.path(u, k - 1),
          points: {show: false},
        }))],
        cursor: {
          x: !printing, y: false, points: {show: false}, dataIdx: () => null,
          drag: {x: true, y: true, uni: 24, dist: 6, setScale: false},
          sync: this.shared ? {
            key: this.shared, scales: ['x', null], setSeries: false,
            filters: {sub: type => type === 'mousemove' || type === 'mouseleave'}, /* zoom is ours */
          } : undefined,
          bind: {dblclick: () => () => { this.setZoom(null); return null; }},
        },
        hooks: {
          setSelect: [u => this.select(u)], setCursor: [u => this.hover(u)], draw: [u => this.markClipped(u)],
        },
      };
      this.canvas.style.height = `${height / this.scale}px`;
      this.uplot = new uPlot(options, data, this.canvas);
      this.uplot.root.style.transform = printing ? `scale(${1 / PAPER_SCALE})` : '';
      this.uplot.root.style.transformOrigin = '0 0';
      this.readout = make('div', 'readout');
      this.readout.hidden = true;
      this.markers = [];
      this.uplot.over.append(this.readout);
      if (this.equal) this.rescale();
    }

    path(u, i) {
      const {x, y, draw} = this.series[i];
      const {left, top, width, height} = u.bbox, sx = u.scales.x, sy = u.scales.y;
      const perX = width / (sx.max - sx.min), perY = height / (sy.max - sy.min);
      const line = new Path2D(), dots = new Path2D();
      const radius = (x.length > 300 ? 1.6 : 2.4) * this.scale * devicePixelRatio, far = 20 * (width + height);
      let pen = false;
      for (let k = 0; k < x.length; k++) {
        if (Number.isNaN(x[k]) || Number.isNaN(y[k])) {
          pen = false;
          continue;
        }
        const px = Math.max(-far, Math.min(far, left + (x[k] - sx.min) * perX));
        const py = Math.max(-far, Math.min(far, top + height - (y[k] - sy.min) * perY));
        if (draw !== 'points') pen ? line.lineTo(px, py) : line.moveTo(px, py);
        pen = true;
        if (draw !== 'line' && (draw === 'points' || x.length <= 400)) {
          dots.moveTo(px + radius, py);
          dots.arc(px, py, radius, 0, 2 * Math.PI);
        }
      }
      return {stroke: line, fill: dots, clip: null, gaps: null, band: null, flags: 0};
    }

    /* Triangles at the edge for what lies beyond a range that was chosen. */
    markClipped(u) {
      if (this.zoom || this.yLow == null && this.yHigh == null) return;
      const {left, top, width, height} = u.bbox, size = 5 * this.scale * devicePixelRatio;
      const [low, high] = [u.scales.y.min, u.scales.y.max];
      this.series.forEach((s, i) => {
        if (!s.show) return;
        u.ctx.fillStyle = this.color(i);
        for (let k = 0; k < s.x.length; k++) {
          const up = s.y[k] > high, px = u.valToPos(s.x[k], 'x', true);
          if (!(up || s.y[k] < low) || px < left || px > left + width) continue;
          const tip = up ? top + 1 : top + height - 1, foot = up ? tip + 1.6 * size : tip - 1.6 * size;
          u.ctx.beginPath();
          u.ctx.moveTo(px, tip);
          u.ctx.lineTo(px - size, foot);
          u.ctx.lineTo(px + size, foot);
          u.ctx.fill();
        }
      });
    }

    select(u) {
      const {left, top, width, height} = u.select;
      if (width < 4 && height < 4) return;
      const whole = this.range;
      const x = width < 4 ? whole.x : [u.posToVal(left, 'x'), u.posToVal(left + width, 'x')];
      const y = height < 4 || height >= u.over.clientHeight - 1 ? whole.y
        : [u.posToVal(top + height, 'y'), u.posToVal(top, 'y')];
      u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
      if (x[1] > x[0] && y[1] > y[0]) this.setZoom({x, y});
    }

    /* The nearest point: of each trace by x where x is time, of all traces by distance elsewhere. */
    nearest(u) {
      const {left, top} = u.cursor, found = [];
      const x0 = u.posToVal(left, 'x'), y0 = u.posToVal(top, 'y');
      const perX = u.over.clientWidth / (u.scales.x.max - u.scales.x.min);
      const perY = u.over.clientHeight / (u.scales.y.max - u.scales.y.min);
      this.series.forEach((s, i) => {
        if (!s.show) return;
        let best = Infinity, at = -1;
        for (let k = 0; k < s.x.length; k++) {
          if (Number.isNaN(s.y[k])) continue;
          const dx = (s.x[k] - x0) * perX, dy = this.shared ? 0 : (s.y[k] - y0) * perY;
          const d = dx * dx + dy * dy;
          if (d < best) [best, at] = [d, k];
        }
        if (at >= 0 && (!this.shared || best < 900)) found.push({i, at, distance: best});
      });
      found.sort((a, b) => a.distance - b.distance);
      return this.shared ? found.slice(0, 8).sort((a, b) => a.i - b.i) : found.slice(0, 1);
    }

    hover(u) {
      const inside = u.cursor.left >= 0 && u.cursor.top >= 0 && !printing;
      const points = inside ? this.nearest(u) : [];
      this.markers.forEach(m => m.remove());
      this.readout.hidden = points.length === 0;
      this.readout.replaceChildren();
      this.markers = points.map(({i, at}) => {
        const s = this.series[i], marker = make('div', 'marker');
        marker.style.left = `${u.valToPos(s.x[at], 'x')}px`;
        marker.style.top = `${Math.max(0, Math.min(u.over.clientHeight, u.valToPos(s.y[at], 'y')))}px`;
        marker.style.background = this.color(i);
        this.readout.append(this.readoutLine(u, i, at));
        return marker;
      });
      u.over.append(...this.markers);
      if (points.length) this.placeReadout(u);
    }
    readoutLine(u, i, at) {
      const s = this.series[i], line = make('div'), {x, y} = u.scales;
      const place = withUnit(valueText(s.x[at], x.max - x.min), this.xUnit);
      const value = withUnit(valueText(s.y[at], y.max - y.min), this.yUnit);
      const swatch = make('i');
      swatch.style.background = this.color(i);
      const name = this.ramp ? `${this.ramp} ${s.label}: ` : this.series.length > 1 ? `${s.label}: ` : '';
      line.append(swatch, `${name}${place}, ${value}`);
      return line;
    }
    placeReadout(u) {
      const {left, top} = u.cursor, box = this.readout, width = u.over.clientWidth;
      const right = left + 14 + box.offsetWidth > width;
      box.style.left = `${Math.max(0, right ? left - 14 - box.offsetWidth : left + 14)}px`;
      box.style.top = `${Math.max(0, Math.min(u.over.clientHeight - box.offsetHeight, top - 10))}px`;
    }
  }

  const redraw = () => {
    plots.forEach(p => {
      p.draw();
      p.fillLegend();
    });
    page.views.forEach(v => v.draw());
  };
  /* Tables that are wider than the paper are made smaller. */
  const fitTables = () => document.querySelectorAll('.scroll table').forEach(table => {
    table.style.zoom = Math.min(1, PAPER_WIDTH / table.offsetWidth);
  });
  const startPrint = () => {
    if (printing) return;
    printing = true;
    document.documentElement.classList.add('printing');
    fitTables();
    redraw();
  };
  const endPrint = () => {
    if (!printing) return;
    printing = false;
    document.documentElement.classList.remove('printing');
    document.querySelectorAll('.scroll table').forEach(table => { table.style.zoom = ''; });
    redraw();
  };
  dark.addEventListener('change', redraw);
  paper.addEventListener('change', e => e.matches ? startPrint() : endPrint());
  addEventListener('beforeprint', startPrint);
  addEventListener('afterprint', endPrint);

  /* The fields of a CSV text, row by row. */
  const csvRows = text => {
    const rows = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
      rows.at(-1).push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
      if (end === '\n') rows.push([]);
      if (end === '') break;
    }
    return rows.filter(row => row.length > 1 || row[0]);
  };
  const copyText = async text => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = make('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('copying is not allowed here');
  };
  const addTools = box => {
    const csv = () => box.querySelector('.csv').textContent;
    const tools = make('div', 'tools'), copy = make('button', '', 'Copy'), save = make('button', '', 'CSV');
    tools.append(make('span', 'title', box.querySelector('caption').textContent), copy, save);
    copy.type = save.type = 'button';
    copy.title = 'Copy the table, to paste it into a spreadsheet';
    save.title = 'Download the table with all digits';
    copy.addEventListener('click', async () => {
      const text = csvRows(csv()).map(row => row.map(v => v.replace(/[\t\n]/g, ' ')).join('\t')).join('\n');
      try {
        await copyText(text);
        copy.textContent = 'Copied';
      } catch {
        copy.textContent = 'Not allowed here';
      }
      setTimeout(() => { copy.textContent = 'Copy'; }, 1500);
    });
    save.addEventListener('click', () => {
      const link = make('a');
      link.href = URL.createObjectURL(new Blob([csv()], {type: 'text/csv'}));
      link.download = `${box.dataset.name}.csv`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    box.prepend(tools);
    box.querySelector('.scroll').after(...box.querySelectorAll('.scroll .note'));
  };

  document.getElementById('no-script').remove();
  document.querySelectorAll('.table').forEach(addTools);
  for (const spec of JSON.parse(document.getElementById('davy-plots').textContent)) plots.push(new Plot(spec));
  window.davyPlots = plots;
  window.davyPage = {make, minus, page};
})();
