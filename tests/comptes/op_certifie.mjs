// The certified provider of npm, for one test: any login name is an account. argv: port, redirect, post-logout, secret.
import Provider from "oidc-provider";

const [port, retour, sortie, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "agrement",
      client_secret: secret,
      redirect_uris: [retour],
      post_logout_redirect_uris: [sortie],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["given_name", "family_name", "SubjectNameID"] },
  cookies: { keys: ["une-cle-de-test"] },
  conformIdTokenClaims: true,
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, given_name: "Aïssata", family_name: "Agrémont", SubjectNameID: `8${sub}` }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("prêt\n"));
