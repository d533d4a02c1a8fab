package io.scorefield.engine.cuda.training;

import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.TrainingPlan;
import io.scorefield.engine.TrainingState;
import io.scorefield.engine.cuda.driver.Cublas;
import io.scorefield.engine.cuda.driver.Device;
import io.scorefield.engine.cuda.driver.DeviceMemory;
import io.scorefield.engine.cuda.driver.Driver;
import io.scorefield.engine.cuda.driver.Resources;
import io.scorefield.engine.cuda.driver.Struct;
import io.scorefield.engine.cuda.network.ConstraintMemory;
import io.scorefield.engine.cuda.network.KernelNetwork;
import io.scorefield.engine.cuda.network.LayerLaunches;
import io.scorefield.engine.cuda.network.NetworkMemory;
import io.scorefield.engine.cuda.network.ProgramMemory;
import io.scorefield.engine.cuda.network.Route;
import io.scorefield.engine.cuda.network.TilePlan;
import io.scorefield.engine.cuda.network.Way;
import io.scorefield.engine.layout.Tables;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// All that a training has on its device, and the struct that tells kernels of it (`TrainingCall` in `model.cuh`).
final class TrainingMemory implements AutoCloseable {
  static final int STRUCT = 408;

  private final TrainingRoute route;
  private final Resources resources = new Resources();
  private final Optional<Cublas> cublas;
  private final ConstraintMemory constraint;
  private final KernelNetwork network;
  private final ExampleMemory examples;
  private final OptimiserMemory optimiser;
  private final DeviceMemory inputs;
  private final DeviceMemory deltas;
  private final DeviceMemory scratch;
  private final DeviceMemory barrier;

  /// Allocates; where the device has too little memory for the whole batch, for a part of it at a time. The chunks
  /// whose gradients are summed are the same then, and so are the results.
  static TrainingMemory of(Device device, Route asked, TrainingPlan plan, TrainingState state) {
    TrainingRoute route = TrainingRoute.choose(device, asked, plan);
    while (true) {
      try {
        return new TrainingMemory(device, route, state);
      } catch (Driver.Failure e) {
        if (e.code() != Driver.OUT_OF_MEMORY || !route.sizes().divisible()) {
          throw e;
        }
        route = route.smaller(device, asked);
      }
    }
  }

  private TrainingMemory(Device device, TrainingRoute route, TrainingState from) {
    this.route = route;
    TrainingSizes sizes = route.sizes();
    try {
      // Before memory is measured out to the examples.
      cublas = route.way() == Way.CUBLAS ? Optional.of(device.cublas()) : Optional.empty();
      constraint = resources.add(new ConstraintMemory(device, PhysicsTerm.ofTraining(sizes.plan().physics())));
      examples = resources.add(new ExampleMemory(device, sizes));
      optimiser = resources.add(new OptimiserMemory(device, sizes, from));
      network =
          resources.add(
              route.program().isPresent()
                  ? new ProgramMemory(device, route.program().get(), optimiser.state(0).address())
                  : new NetworkMemory(device, sizes.mlp(), from.parameters()));
      inputs = floats((long) sizes.evaluations() * sizes.inputRows() * sizes.stride());
      deltas = floats((long) sizes.evaluations() * sizes.deltaRows() * sizes.stride());
      scratch = resources.add(new DeviceMemory(route.tile().scratchBytes(route.groups())));
      barrier = floats(1);
    } catch (RuntimeException | Error e) {
      Resources.closeAfter(e, resources);
      throw e;
    }
  }

  private DeviceMemory floats(long count) {
    return resources.add(new DeviceMemory(count * Float.BYTES));
  }

  TrainingRoute route() {
    return route;
  }

  TrainingSizes sizes() {
    return route.sizes();
  }

  Optional<Cublas> cublas() {
    return cublas;
  }

  /// The weights of a perceptron.
  NetworkMemory network() {
    return (NetworkMemory) network;
  }

  /// A network program.
  ProgramMemory program() {
    return (ProgramMemory) network;
  }

  ExampleMemory examples() {
    return examples;
  }

  OptimiserMemory optimiser() {
    return optimiser;
  }

  /// Where the blocks of `training_resident` wait for each other.
  DeviceMemory barrier() {
    return barrier;
  }

  /// The arrays of a network that is run one layer at a time.
  ///
  /// @param second those of the second evaluation
  LayerLaunches.Buffers buffers(boolean second) {
    return new PassBuffers(route, inputs.address(), deltas.address(), scratch.address(), second);
  }

  /// Address that receives the gradient at the input of the second evaluation.
  long inputGradient() {
    return scratch.address() + (long) route.tile().scratchRow(TilePlan.Array.X) * sizes().stride() * Float.BYTES;
  }

  /// `TrainingCall`.
  ///
  /// @param steps that a launch which makes several is to make
  MemorySegment struct(Arena arena, int steps, Term term) {
    TrainingSizes sizes = sizes();
    double norm = sizes.plan().adam().maxGradientNorm();
    return new Struct(arena, STRUCT)
        .struct(network.struct(arena))
        .struct(constraint.struct(arena))
        .struct(route.tile().struct(arena))
        .longs(
            examples.table().address(), examples.features().address(), examples.data().address(),
            examples.order().address(), optimiser.steps().address(), optimiser.clock().address(),
            optimiser.state(0).address(), optimiser.state(1).address(), optimiser.state(2).address(),
            optimiser.state(3).address(), inputs.address(), deltas.address(), examples.losses().address(),
            optimiser.partial().address(), sizes.conflictFree() ? optimiser.dataGradient().address() : 0,
            optimiser.products().address(), optimiser.squares().address(), examples.dataLosses().address(),
            examples.physicsLosses().address(), scratch.address(), barrier.address(), sizes.plan().seed())
        .integers(
            sizes.plan().table().rows(), sizes.plan().batch(), sizes.stride(), sizes.chunk(), sizes.chunks(),
            sizes.parameters(), sizes.normBlocks(), steps)
        .number(sizes.clips() ? Tables.toFloat(norm, "the gradient norm's limit") : 0)
        .integers(term.ordinal(), sizes.twice() ? 1 : 0, sizes.inputRows(), sizes.deltaRows(),
            sizes.plan().table().conditions(), sizes.plan().pairing().isPresent() ? 1 : 0, sizes.plan().pointsOfPart(),
            sizes.plan().rowsOfPart())
        .done();
  }

  @Override
  public void close() {
    resources.close();
  }
}
