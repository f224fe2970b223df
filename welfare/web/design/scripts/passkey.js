// Asks the browser for a passkey and sends its answer with the form. Only on pages that need it.
(() => {
  "use strict";

  const box = document.querySelector("[data-passkey]");
  if (!box || !window.PublicKeyCredential) return;

  const form = box.querySelector("form");
  const failed = box.querySelector("[data-failed]");
  const options = JSON.parse(box.dataset.options);

  const bytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };

  const text = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const unpacked = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const request = () => {
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (box.dataset.passkey === "get") {
      publicKey.allowCredentials = unpacked(options.allowCredentials);
      return navigator.credentials.get({ publicKey });
    }
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = unpacked(options.excludeCredentials);
    return navigator.credentials.create({ publicKey });
  };

  // The parts that exist: a new passkey is attested, one in use is asserted.
  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  const packed = (credential) => {
    const response = {};
    for (const part of PARTS) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  };

  const ask = async () => {
    failed.hidden = true;
    try {
      form.elements.credential.value = packed(await request());
      form.submit();
    } catch {
      failed.hidden = false;
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });

  for (const part of box.querySelectorAll("[data-with-script]")) part.hidden = false;
  for (const part of box.querySelectorAll("[data-without-script]")) part.hidden = true;
  ask();
})();
