// The section "Structures" of a report: one 3-D view for each method, and buttons that show the next of all.
(function () {
  'use strict';
  const methods = JSON.parse(document.getElementById('structures-data').textContent);
  const place = document.getElementById('structures-views');
  const most = Math.max(...methods.map(method => method.structures.length));
  const AXES = ['#c8372d', '#2e8b3d', '#2f5fc4'];
  let number = 0;

  function show(view, structure) {
    const viewer = view.viewer;
    viewer.removeAllModels();
    viewer.removeAllShapes();
    view.caption.textContent = structure ? structure.caption : '';
    view.note.textContent = structure ? structure.note : '';
    if (structure && structure.atoms.length > 0) {
      const atoms = structure.atoms.map(([symbol, x, y, z]) => ({elem: symbol, x: x, y: y, z: z, bonds: [], bondOrder: []}));
      for (const [first, second, order] of structure.bonds) {
        atoms[first].bonds.push(second);
        atoms[first].bondOrder.push(order);
        atoms[second].bonds.push(first);
        atoms[second].bondOrder.push(order);
      }
      const model = viewer.addModel();
      model.addAtoms(atoms);
      for (const [symbol, look] of Object.entries(structure.elements)) {
        model.setStyle({elem: symbol}, {
          sphere: {radius: look.radius, color: look.colour},
          stick: {radius: 0.13, color: look.colour},
        });
      }
      for (const [x, y, z, toX, toY, toZ, axis] of structure.edges) {
        viewer.addCylinder({
          start: {x: x, y: y, z: z}, end: {x: toX, y: toY, z: toZ}, radius: 0.025, fromCap: 1, toCap: 1,
          color: axis < 0 ? '#777777' : AXES[axis],
        });
      }
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
