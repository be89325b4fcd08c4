// A page that the browser brings back from its back/forward cache is asked for again, so that nothing is shown after logging out.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.documentElement.hidden = true;
    window.location.reload();
  }
});
