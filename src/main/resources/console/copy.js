'use strict';

// buttons that copy or print: without this script they are not there, and the codes can be selected by hand

const status = document.getElementById('copy-status');

document.querySelectorAll('[data-copy], [data-copy-from]').forEach((button) => {
  if (!navigator.clipboard) {
    return;
  }
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copyFrom);
    try {
      await navigator.clipboard.writeText(source ? source.value.trim() : button.dataset.copy);
      button.textContent = status.dataset.copied;
    } catch {
      button.textContent = status.dataset.failed;
    }
    status.textContent = button.textContent;
    setTimeout(() => {
      button.textContent = label;
      status.textContent = '';
    }, 3000);
  });
});

document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  document.querySelectorAll('[data-by-hand]').forEach((hint) => { hint.hidden = true; });
  button.addEventListener('click', () => window.print());
});
