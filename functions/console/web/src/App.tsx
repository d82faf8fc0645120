import { lazy, Suspense } from "react";
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from "react-router";
import { NotFound } from "./shell/NotFound";
import { Permitted } from "./shell/Permitted";
import { Shell } from "./shell/Shell";
import { Loading } from "./shell/states";
import { useSession } from "./session/session";

const LoginPage = lazy(() => import("./session/LoginPage"));
const PasswordPage = lazy(() => import("./session/PasswordPage"));
const Dashboard = lazy(() => import("./dashboard"));
const Alerts = lazy(() => import("./alerts"));
const Tickets = lazy(() => import("./tickets"));
const Articles = lazy(() => import("./articles"));
const Products = lazy(() => import("./products"));
const Sales = lazy(() => import("./quotes"));
const Reports = lazy(() => import("./reports"));
const Churn = lazy(() => import("./churn"));
const Social = lazy(() => import("./social"));
const People = lazy(() => import("./people"));
const Settings = lazy(() => import("./settings"));

// Most days begin here: its code comes while the session is looked up.
const loadInbox = () => import("./inbox");
const Inbox = lazy(loadInbox);
if (/\/(inbox.*)?$/.test(window.location.pathname)) void loadInbox();

export function App() {
  return (
    <BrowserRouter basename="/console">
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route path="login" element={<LoginPage />} />
          <Route element={<SignedIn />}>
            <Route element={<Shell />}>
              <Route index element={<Navigate to="/inbox" replace />} />
              <Route element={<Permitted to="conversations:read" />}>
                <Route path="inbox/:id?" element={<Inbox />} />
              </Route>
              <Route element={<Permitted to="stats:read" />}>
                <Route path="dashboard" element={<Dashboard />} />
              </Route>
              <Route element={<Permitted to="alerts:read" />}>
                <Route path="alerts/*" element={<Alerts />} />
              </Route>
              <Route element={<Permitted to="tickets:read" />}>
                <Route path="tickets/:id?" element={<Tickets />} />
              </Route>
              <Route element={<Permitted to="articles:read" />}>
                <Route path="articles/:id?" element={<Articles />} />
              </Route>
              <Route element={<Permitted to="products:read" />}>
                <Route path="products/:id?" element={<Products />} />
              </Route>
              <Route element={<Permitted to="quotes:read" />}>
                <Route path="sales/*" element={<Sales />} />
              </Route>
              <Route element={<Permitted to="reports:read" />}>
                <Route path="reports/:id?" element={<Reports />} />
              </Route>
              <Route element={<Permitted to="analytics:read" />}>
                <Route path="churn/*" element={<Churn />} />
              </Route>
              <Route element={<Permitted to="social:read" />}>
                <Route path="social/*" element={<Social />} />
              </Route>
              <Route element={<Permitted to="agents:read" />}>
                <Route path="people/*" element={<People />} />
              </Route>
              <Route path="settings/*" element={<Settings />} />
              <Route path="*" element={<NotFound />} />
            </Route>
          </Route>
        </Routes>
      </Suspense>
    </BrowserRouter>
  );
}

/** Lets in who is signed in with a password of their own; sends the others where they get one. */
function SignedIn() {
  const { me } = useSession();
  const location = useLocation();
  if (me === null) return <Navigate to="/login" replace state={location.pathname + location.search} />;
  if (me.must_change_password) return <PasswordPage />;
  return <Outlet />;
}
