'use strict';

/* The overview: it asks for news only while somebody can see them, and draws the load of the last hour. */
(() => {
  const charts = new Map();
  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const clock = seconds => new Date(seconds * 1000).toISOString().slice(11, 16);

  function options(plot, series) {
    const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
    return {
      width: plot.clientWidth,
      height: plot.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      scales: {
        // an hour, however little of it has been seen
        x: { range: (chart, first, last) => [last - 3600, last] },
        y: { range: (chart, lowest, highest) => [0, highest > 0 ? highest * 1.15 : 1] },
      },
      axes: [
        { ...axis, size: 26, values: (chart, times) => times.map(clock), space: 60 },
        { ...axis, size: 48, space: 30, values: (chart, values) => values.map(value => value.toLocaleString(document.documentElement.lang)) },
      ],
      series: [{}, ...series.map((name, index) => ({ stroke: colour(`--series-${index + 1}`), width: 1.75, points: { show: true, size: 3 }, spanGaps: false }))],
    };
  }

  function draw() {
    const load = document.getElementById('load');
    if (!load || !window.uPlot) {
      return;
    }
    const data = JSON.parse(load.dataset.load);
    for (const figure of document.querySelectorAll('figure.chart')) {
      const series = figure.dataset.series.split(' ');
      const values = [data.times, ...series.map(name => data[name])];
      if (charts.has(figure)) {
        charts.get(figure).setData(values);
      } else {
        const plot = figure.querySelector('.plot');
        charts.set(figure, new uPlot(options(plot, series), values, plot));
      }
    }
  }

  function redraw() {
    charts.forEach(chart => chart.destroy());
    charts.clear();
    draw();
  }

  document.body.addEventListener('htmx:beforeRequest', event => {
    if (document.hidden && event.detail.elt.id === 'now') {
      event.preventDefault();
    }
  });
  document.addEventListener('visibilitychange', () => {
    const now = document.getElementById('now');
    if (!document.hidden && now && !now.querySelector('[role=alert]')) {
      htmx.trigger(now, 'refresh');
    }
  });
  document.body.addEventListener('htmx:afterSettle', draw);
  dark.addEventListener('change', redraw);
  new ResizeObserver(() => charts.forEach((chart, figure) => {
    const plot = figure.querySelector('.plot');
    if (plot.clientWidth !== chart.width) {
      chart.setSize({ width: plot.clientWidth, height: plot.clientHeight });
    }
  })).observe(document.body);

  draw();
})();
