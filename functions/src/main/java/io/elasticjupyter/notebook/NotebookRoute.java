package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookExposure;
import io.elasticjupyter.api.v1alpha1.NotebookExposure.GatewayParent;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteBuilder;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRouteStatus;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.RouteParentStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Builds the HTTPRoute of an exposed notebook, and reads what the
 * <a href="https://gateway-api.sigs.k8s.io/guides/implementers/">implementation of the Gateway API</a> reports about it.
 */
final class NotebookRoute {

    private NotebookRoute() {}

    static HTTPRoute desired(JupyterNotebook notebook) {
        NotebookExposure exposure = NotebookExposed.exposure(notebook).orElseThrow();
        GatewayParent parent = exposure.httpRoute().parentRef();
        return new HTTPRouteBuilder()
                .withNewMetadata().withLabels(NotebookDeployment.labels(notebook)).endMetadata()
                .withNewSpec()
                .addNewParentRef().withName(parent.name()).withNamespace(parent.namespace())
                .withSectionName(parent.sectionName()).endParentRef()
                .withHostnames(exposure.host())
                .addNewRule()
                .addNewMatch().withNewPath().withType("PathPrefix").withValue(NotebookExposed.path(exposure)).endPath()
                .endMatch()
                .addNewBackendRef().withName(notebook.getMetadata().getName()).withPort(NotebookReconciler.PORT)
                .endBackendRef()
                .endRule()
                .endSpec()
                .build();
    }

    static Readiness state(JupyterNotebook notebook, Observed observed) {
        String name = notebook.getMetadata().getName();
        GatewayParent parent = NotebookExposed.exposure(notebook).orElseThrow().httpRoute().parentRef();
        String gateway = "Gateway '" + parent.name() + "' in namespace '"
                + Objects.requireNonNullElse(parent.namespace(), notebook.getMetadata().getNamespace()) + "'";
        Optional<HTTPRoute> route = observed.namesake(notebook, HTTPRoute.class);
        if (route.isEmpty()) {
            return Readiness.waiting("RouteNotReported",
                    "HTTPRoute '" + name + "' does not exist yet. If this persists, see the Ready condition.");
        }
        List<Condition> reported = route.map(HTTPRoute::getStatus)
                .map(HTTPRouteStatus::getParents).stream().flatMap(List::stream)
                .filter(status -> isAbout(parent, status))
                .flatMap(status -> Optional.ofNullable(status.getConditions()).stream().flatMap(List::stream)).toList();
        Optional<Condition> refused = reported.stream()
                .filter(condition -> List.of("Accepted", "ResolvedRefs").contains(condition.getType()))
                .filter(condition -> "False".equals(condition.getStatus())).findFirst();
        if (refused.isPresent()) {
            return Readiness.fault("RouteNotAccepted", gateway + " does not accept HTTPRoute '" + name + "': "
                    + refused.get().getReason() + Optional.ofNullable(refused.get().getMessage())
                            .filter(message -> !message.isBlank()).map(message -> ": " + message).orElse(""));
        }
        return reported.stream().anyMatch(condition -> "Accepted".equals(condition.getType()))
                ? new Readiness(Readiness.State.READY, "RouteAccepted", gateway + " accepts HTTPRoute '" + name + "'.")
                : Readiness.waiting("RouteNotReported", gateway + " has not reported whether it accepts HTTPRoute '"
                        + name
                        + "'. If this persists, check that it exists, and that a controller serves its GatewayClass.");
    }

    /** Another controller may report about other parents. */
    private static boolean isAbout(GatewayParent parent, RouteParentStatus status) {
        return status.getParentRef() != null && parent.name().equals(status.getParentRef().getName());
    }
}
