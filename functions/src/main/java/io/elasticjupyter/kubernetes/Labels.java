package io.elasticjupyter.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Map;

/** The <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/">recommended labels</a>. */
public final class Labels {

    /** The label of every object that the functions create; the ApiServerSource selects Deployments by it. */
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** The value of {@link #MANAGED_BY}, and the field manager of the reconcile loop. */
    public static final String ELASTIC_JUPYTER = "elastic-jupyter";

    /** The label whose value is what a pod runs. */
    public static final String NAME = "app.kubernetes.io/name";

    /** The value of {@link #NAME} of the pods of notebooks. */
    public static final String NOTEBOOK = "jupyter-notebook";

    /** The value of {@link #NAME} of the pods of gateways. */
    public static final String GATEWAY = "jupyter-gateway";

    /** The label whose value is the name of the resource to which a pod belongs. */
    public static final String INSTANCE = "app.kubernetes.io/instance";

    private Labels() {}

    /** Returns the labels by which the pods of a resource are selected. */
    public static Map<String, String> of(String application, HasMetadata instance) {
        return Map.of(NAME, application, INSTANCE,
                instance.getMetadata().getName());
    }
}
