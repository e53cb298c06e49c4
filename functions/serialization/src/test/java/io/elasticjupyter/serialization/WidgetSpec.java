package io.elasticjupyter.serialization;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

record WidgetSpec(String text, Size size, int count, Long seconds, Double ratio, boolean enabled,
        Map<String, Quantity> amounts, List<Part> parts) {

    enum Size {
        SMALL
    }

    record Part(String name) {}
}
