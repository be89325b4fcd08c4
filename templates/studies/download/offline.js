// One picture of a series at a time, moved by slider, buttons, arrow keys and wheel. Without this every picture stands below.
for (const section of document.querySelectorAll("section.series")) {
  const stage = section.querySelector(".stage");
  const [front, slider, output] = ["img", "input", "output"].map((name) => stage.querySelector(name));
  const pictures = [...section.querySelectorAll("li img")];
  let shown = 0;
  const show = (position) => {
    shown = Math.min(Math.max(position, 1), pictures.length);
    const picture = pictures[shown - 1];
    front.src = picture.getAttribute("src");
    front.alt = picture.alt;
    front.width = picture.getAttribute("width");
    front.height = picture.getAttribute("height");
    front.parentElement.href = front.src;
    if (slider) {
      slider.value = shown;
      slider.setAttribute("aria-valuetext", picture.alt);
      output.textContent = picture.alt;
    }
  };
  if (slider) {
    slider.addEventListener("input", () => show(Number(slider.value)));
    for (const button of stage.querySelectorAll("button")) {
      button.addEventListener("click", () => show(shown + Number(button.value)));
    }
    front.addEventListener("wheel", (turned) => {
      turned.preventDefault();
      show(shown + Math.sign(turned.deltaY));
    }, { passive: false });
  }
  show(Number(stage.dataset.opening));
  stage.hidden = false;
  section.querySelector("details").open = false;
}
