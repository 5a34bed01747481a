'use strict';

// buttons that copy or print: without this script they are not there, and the codes can be selected by hand

document.querySelectorAll('[data-copy], [data-copy-from]').forEach((button) => {
  if (!navigator.clipboard) {
    return;
  }
  button.hidden = false;
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copyFrom);
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(source ? source.value.trim() : button.dataset.copy);
      button.textContent = button.dataset.copied;
    } catch {
      button.textContent = button.dataset.failed;
    }
    button.setAttribute('role', 'status');
    setTimeout(() => {
      button.textContent = label;
      button.removeAttribute('role');
    }, 3000);
  });
});

document.querySelectorAll('[data-print]').forEach((button) => {
  button.hidden = false;
  button.addEventListener('click', () => window.print());
});
