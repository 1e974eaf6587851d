/* Passkeys: asks the browser to make or use one, with the options that the page brings, and sends the answer. */
(function () {
  "use strict";

  const bytes = (text) => {
    const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0)).buffer;
  };
  const text = (buffer) => {
    const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };
  const credentials = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  function optionsOf(kind) {
    const given = JSON.parse(document.getElementById("passkey-options").textContent).publicKey;
    given.challenge = bytes(given.challenge);
    if (kind === "create") {
      given.user.id = bytes(given.user.id);
      given.excludeCredentials = credentials(given.excludeCredentials);
    } else {
      given.allowCredentials = credentials(given.allowCredentials);
    }
    return { publicKey: given };
  }

  function answerOf(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) {
        response[part] = text(credential.response[part]);
      }
    }
    return {
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    };
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-button]");
    const status = form.querySelector("[data-passkey-status]");
    const field = form.querySelector('input[type="hidden"][name$="credential"]');
    button?.addEventListener("click", async () => {
      if (!window.PublicKeyCredential) {
        status.textContent = form.dataset.wordAbsent;
        return;
      }
      const named = form.querySelector('input[name="name"]');
      if (named && !named.reportValidity()) {
        return;
      }
      status.textContent = "…";
      button.disabled = true;
      try {
        const kind = form.dataset.passkey;
        const credential = await navigator.credentials[kind](optionsOf(kind));
        field.value = JSON.stringify(answerOf(credential));
        form.submit();
      } catch (error) {
        status.textContent = error.name === "SecurityError" ? form.dataset.wordAbsent : form.dataset.wordFailed;
        button.disabled = false;
      }
    });
  }
})();
