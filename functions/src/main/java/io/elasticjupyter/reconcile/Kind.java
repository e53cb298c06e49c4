package io.elasticjupyter.reconcile;

import io.elasticjupyter.api.v1alpha1.JupyterResource;
import io.elasticjupyter.api.v1alpha1.JupyterStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.List;

/**
 * What one kind of resource wants of the cluster. Decisions only: every method is a function of its arguments.
 *
 * @param <R> the kind
 * @param <S> its status
 */
public interface Kind<R extends JupyterResource<?, S>, S extends JupyterStatus> {

    /** The kind's type. */
    Class<R> type();

    /** Every child that the resource may have, wanted now or not: one that is there and not wanted is deleted. */
    List<ChildId> mayOwn(R resource);

    /**
     * The children that the resource should have, in the order in which to apply them. Only the fields that matter are
     * set; namespace, owner and managed-by label are added by the loop.
     *
     * @param present the children that are there now
     * @throws UnworkableException when no cluster could do what the spec says
     */
    List<HasMetadata> desired(R resource, Children present);

    /** Whether the resource does its job, judged by its children as they are now. */
    Readiness readiness(R resource, Children children);

    /** The status to report, with these conditions. */
    S status(R resource, Children children, List<Condition> conditions);
}
