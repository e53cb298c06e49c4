package io.elasticjupyter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Locale;

/**
 * A resource of {@code kubeflow.tkestack.io/v1alpha1}.
 *
 * @param <S> the type of the spec
 * @param <T> the type of the status
 */
public abstract class JupyterResource<S, T extends JupyterStatus> extends CustomResource<S, T> implements Namespaced {

    /** The API group of all five kinds. */
    public static final String GROUP = "kubeflow.tkestack.io";

    /** The API version of all five kinds. */
    public static final String VERSION = "v1alpha1";

    /** Returns the group, version and plural of one of the kinds, so that the client needs no discovery request. */
    public static ResourceDefinitionContext definition(String kind) {
        return new ResourceDefinitionContext.Builder().withGroup(GROUP).withVersion(VERSION).withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s").withNamespaced(true).build();
    }
}
