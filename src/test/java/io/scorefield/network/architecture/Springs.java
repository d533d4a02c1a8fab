package io.scorefield.network.architecture;

import io.scorefield.network.Activation;
import io.scorefield.network.NetworkProgram;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;

/// Particles joined by springs: o_i = sum_j (x_i - x_j) phi(|x_i - x_j|^2, t) with a perceptron phi of one hidden layer.
record Springs(int hidden) {
  NetworkProgram of(PointCloud cloud, int timeFeatures) {
    ProgramBuilder b = new ProgramBuilder();
    Value x = cloud.positions(b);
    Value time = b.input(Space.SAMPLE, timeFeatures, new Port(Channel.INPUT, cloud.dimension(), 0, 1));
    Value apart = cloud.differences(b, x);
    Value square = b.rowSum(b.square(apart));
    Value ofTime = b.gather(b.linear(time, "time", hidden), Links.sampleOf(cloud.edges()));
    Value inner = b.activate(Activation.SILU, b.add(b.linear(square, "distance", hidden), ofTime));
    Value stiffness = b.linear(inner, "stiffness", 1);
    Value pulls = b.multiply(apart, b.spread(stiffness, cloud.axes()));
    cloud.output(b, b.segmentSum(pulls, cloud.targets()));
    return new NetworkProgram("springs", cloud.dimension(), timeFeatures, b.build());
  }
}
