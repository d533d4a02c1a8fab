// The section "Structures" of a report: one 3-D view for each method, and buttons that show the next of all.
(function () {
  'use strict';
  const methods = JSON.parse(document.getElementById('structures-data').textContent);
  const place = document.getElementById('structures-views');
  const most = Math.max(...methods.map(method => method.structures.length));
  let number = 0;

  function show(view, structure) {
    const viewer = view.viewer;
    view.caption.textContent = structure ? structure.caption : '';
    view.note.textContent = structure ? structure.note : '';
    drawStructure(viewer, structure);
    if (structure && structure.atoms.length > 0) {
      // From the side that the pictures show.
      viewer.setView([0, 0, 0, 0, 0, 0, 0, 1]);
      viewer.zoomTo();
      viewer.zoom(1.3);
    }
    viewer.render();
  }

  function element(name, parent, text) {
    const made = document.createElement(name);
    made.textContent = text || '';
    parent.appendChild(made);
    return made;
  }

  function update(views) {
    document.getElementById('structures-number').textContent = (number + 1) + ' of ' + most;
    views.forEach((view, i) => show(view, methods[i].structures[number]));
  }

  function start() {
    let views;
    try {
      views = methods.map(method => {
        const figure = element('figure', place);
        element('strong', figure, method.name);
        const box = element('div', figure);
        box.className = 'structure';
        const caption = element('figcaption', figure);
        return {
          viewer: $3Dmol.createViewer(box, {backgroundColor: 'white', antialias: true}),
          caption: element('strong', caption), note: element('div', caption),
        };
      });
      update(views);
    } catch (error) {
      place.textContent = 'This browser cannot show them: ' + (error.message || 'it has no WebGL') + '. The pictures below do without.';
      return;
    }
    const step = by => () => {
      number = (number + by + most) % most;
      update(views);
    };
    document.getElementById('structures-previous').addEventListener('click', step(-1));
    document.getElementById('structures-next').addEventListener('click', step(1));
  }

  start();
})();
