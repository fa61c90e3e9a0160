// Shows the copy buttons of /feeds/. Without script the addresses can be selected, and the buttons stay hidden.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // pages that are not served by https have no clipboard
    }
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = label), 2000);
  });
}
for (const field of document.querySelectorAll("input[readonly]")) field.addEventListener("focus", () => field.select());
