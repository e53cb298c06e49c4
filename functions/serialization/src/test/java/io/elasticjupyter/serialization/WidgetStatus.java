package io.elasticjupyter.serialization;

import java.util.List;

record WidgetStatus(List<String> lines) {}
