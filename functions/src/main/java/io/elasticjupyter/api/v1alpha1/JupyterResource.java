package io.elasticjupyter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;

/**
 * A resource of {@code kubeflow.tkestack.io/v1alpha1}.
 *
 * @param <S> what the user asks for
 * @param <T> what was found true
 */
public abstract class JupyterResource<S, T extends JupyterStatus> extends CustomResource<S, T> implements Namespaced {

    /** The API group of the five kinds. */
    public static final String GROUP = "kubeflow.tkestack.io";

    /** The API version of the five kinds. */
    public static final String VERSION = "v1alpha1";
}
