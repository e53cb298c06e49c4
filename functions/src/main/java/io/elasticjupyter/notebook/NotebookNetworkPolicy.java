package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NetworkPolicySettings;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import java.util.List;

/** Builds the NetworkPolicy of the notebook: only the peers that its spec lists may connect to the server. */
final class NotebookNetworkPolicy {

    private NotebookNetworkPolicy() {}

    static boolean isWanted(JupyterNotebook notebook) {
        return NetworkPolicySettings.areEnabled(NotebookReconciler.spec(notebook).networkPolicy());
    }

    static NetworkPolicy desired(JupyterNotebook notebook) {
        List<NetworkPolicyPeer> peers = NetworkPolicySettings.peers(NotebookReconciler.spec(notebook).networkPolicy());
        NetworkPolicy policy = new NetworkPolicyBuilder()
                .withNewSpec()
                .withNewPodSelector().withMatchLabels(NotebookDeployment.labels(notebook)).endPodSelector()
                .withPolicyTypes("Ingress")
                .endSpec()
                .build();
        // A rule without peers would let everyone connect.
        return peers.isEmpty()
                ? policy
                : new NetworkPolicyBuilder(policy).editSpec()
                        .addNewIngress().withFrom(peers)
                        .addNewPort().withProtocol("TCP").withPort(new IntOrString(NotebookReconciler.PORT)).endPort()
                        .endIngress().endSpec().build();
    }
}
