package io.elasticjupyter.serialization;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/** A custom resource of records, whose superclass has the type parameters in another order. */
@Group("example.com")
@Version("v1")
public class Widget extends Reversed<WidgetStatus, WidgetSpec> {}

abstract class Reversed<T, S> extends CustomResource<S, T> implements Namespaced {}
