// Points with the same time features through a network, and gradients at its output back to its input.
#pragma once
#include "group.cuh"

SF_NAMESPACE_BEGIN

template <class Group, class Net>
SF_DEVICE void evaluate(const Group& group, const EvaluationCall& call, const Net& net) {
  int dimension = call.network.dimension;
  for (int tile = group.index(); (int64_t)tile * group.samples() < call.count; tile += group.groups()) {
    int64_t offset = (int64_t)tile * group.samples();
    each(group, dimension, [&](int d, int s) {
      net.input(d, s) = offset + s < call.count ? call.x[(offset + s) * dimension + d] : 0.0f;
    });
    group.sync();
    net.forward(call.first_bias, call.output_gradient != nullptr);
    each(group, dimension, [&](int d, int s) {
      if (offset + s < call.count) {
        call.output[(offset + s) * dimension + d] = net.output(d, s);
      }
    });
    if (call.output_gradient != nullptr) {
      each(group, dimension, [&](int d, int s) {
        net.seed(d, s) = offset + s < call.count ? call.output_gradient[(offset + s) * dimension + d] : 0.0f;
      });
      group.sync();
      net.backward();
      each(group, dimension, [&](int d, int s) {
        if (offset + s < call.count) {
          call.input_gradient[(offset + s) * dimension + d] = net.input(d, s);
        }
      });
    }
    group.sync();
  }
}

SF_NAMESPACE_END
