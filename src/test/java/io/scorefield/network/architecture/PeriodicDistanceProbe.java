package io.scorefield.network.architecture;

import io.scorefield.engine.reference.ReferenceEngine;
import io.scorefield.matter.crystal.Crystal;
import io.scorefield.network.Network;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;

/// Hands on what {@link PeriodicDistances} makes of a crystal, `near` of all pairs.
final class PeriodicDistanceProbe {
  private PeriodicDistanceProbe() {}

  static double[] of(Crystal crystal, int basis, double cutoff) {
    int atoms = crystal.size();
    int read = 3 * atoms + 6;
    int written = atoms * atoms * basis;
    ProgramBuilder builder = new ProgramBuilder();
    Space nodes = new Space("node", atoms);
    GivenCell cell =
        new GivenCell(builder, builder.input(Space.SAMPLE, 6, new Port(Channel.INPUT, 3 * atoms, 0, 1)));
    PeriodicDistances distances =
        PeriodicDistances.of(builder, nodes, builder.input(nodes, 3, Port.byPosition(Channel.INPUT, 3)), cell, basis, cutoff);
    // As many numbers are read as are written: the others stand behind and count for nothing.
    Value unread = builder.input(Space.SAMPLE, written - read, new Port(Channel.INPUT, read, 0, 1));
    Value nothing = builder.gather(builder.scale(builder.rowSum(unread), 0), Links.sampleOf(distances.pairs()));
    builder.output(builder.add(distances.near(), builder.spread(nothing, basis)), Port.byPosition(Channel.RESULT, basis));
    float[] in = new float[written];
    for (int k = 0; k < 3 * atoms; k++) {
      in[k] = (float) crystal.fractional()[k];
    }
    double[] six = crystal.cell().numbers();
    for (int k = 0; k < 3; k++) {
      in[3 * atoms + k] = (float) ((Math.log(six[k]) - GivenCell.LENGTH_MEAN) / GivenCell.LENGTH_DEVIATION);
      in[3 * atoms + 3 + k] = (float) ((six[3 + k] - GivenCell.ANGLE_MEAN) / GivenCell.ANGLE_DEVIATION);
    }
    NetworkProgram program = new NetworkProgram("probe", written, 0, builder.build());
    float[] out = new float[written];
    try (ReferenceEngine engine = new ReferenceEngine(1)) {
      engine.evaluate(new Network(program, new float[program.parameterCount()]), in, new double[0], out);
    }
    double[] features = new double[written];
    for (int i = 0; i < written; i++) {
      features[i] = out[i];
    }
    return features;
  }
}
