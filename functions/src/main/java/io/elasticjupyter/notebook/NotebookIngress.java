package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookExposure;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.IngressLoadBalancerStatus;
import io.fabric8.kubernetes.api.model.networking.v1.IngressStatus;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLS;
import io.fabric8.kubernetes.api.model.networking.v1.IngressTLSBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Builds the Ingress of an exposed notebook, and reads the address that its controller reports. */
final class NotebookIngress {

    private NotebookIngress() {}

    static Ingress desired(JupyterNotebook notebook) {
        NotebookExposure exposure = NotebookExposed.exposure(notebook).orElseThrow();
        return new IngressBuilder()
                .withNewMetadata().withLabels(NotebookDeployment.labels(notebook))
                .withAnnotations(exposure.ingress().annotations()).endMetadata()
                .withNewSpec()
                .withIngressClassName(exposure.ingress().className())
                .withTls(tls(exposure))
                .addNewRule().withHost(exposure.host())
                .withNewHttp().addNewPath().withPath(NotebookExposed.path(exposure)).withPathType("Prefix")
                .withNewBackend().withNewService().withName(notebook.getMetadata().getName())
                .withNewPort().withNumber(NotebookReconciler.PORT).endPort().endService().endBackend()
                .endPath().endHttp()
                .endRule()
                .endSpec()
                .build();
    }

    private static List<IngressTLS> tls(NotebookExposure exposure) {
        return Optional.ofNullable(exposure.ingress().tlsSecretName()).map(secret -> new IngressTLSBuilder()
                .withHosts(Stream.ofNullable(exposure.host()).toList()).withSecretName(secret).build()).stream()
                .toList();
    }

    private static Optional<Ingress> find(JupyterNotebook notebook, Observed observed) {
        return observed.namesake(notebook, Ingress.class);
    }

    /** Returns the address that the controller of the Ingress reports. */
    static Optional<String> address(JupyterNotebook notebook, Observed observed) {
        return find(notebook, observed).map(Ingress::getStatus).map(IngressStatus::getLoadBalancer)
                .map(IngressLoadBalancerStatus::getIngress).stream().flatMap(List::stream)
                .map(address -> address.getHostname() == null ? address.getIp() : address.getHostname())
                .filter(Objects::nonNull).findFirst();
    }

    static Readiness state(JupyterNotebook notebook, Observed observed) {
        String name = "Ingress '" + notebook.getMetadata().getName() + "'";
        return address(notebook, observed)
                .map(address -> new Readiness(Readiness.State.READY, "AddressReported",
                        name + " has the address " + address + "."))
                .orElseGet(() -> Readiness.waiting("NoAddress", name
                        + " has no address. Either no controller serves its"
                        + " IngressClass, which 'kubectl get ingressclass' lists, or its controller reports none."));
    }
}
