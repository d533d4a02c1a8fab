// Draws one structure by 3Dmol.js, in reports and on live pages.
globalThis.drawStructure = (() => {
  'use strict';
  const AXES = ['#c8372d', '#2e8b3d', '#2f5fc4'];

  /** Puts a structure in the place of what a viewer has; nothing where it has no atoms. The view stays as it is. */
  return function (viewer, structure) {
    viewer.removeAllModels();
    viewer.removeAllShapes();
    if (!structure || structure.atoms.length === 0) return;
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
  };
})();
