package main

import (
	"context"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

func admin() espo.Authenticator {
	return espo.Token(espotest.AdminUser, espotest.AdminPassword)
}

// office is a fake server with an account and users of different rights.
func office() (*espotest.Server, espo.Ref, error) {
	role := func(name string, read, edit espo.AccessLevel) espotest.Option {
		return espotest.WithRole(espotest.Role{Name: name, Scopes: map[string]espotest.Access{"Account": {Read: read, Edit: edit}}})
	}
	user := func(name string, roles ...string) espotest.Option {
		return espotest.WithUser(espotest.User{UserName: name, Password: "Long-enough-1", Roles: roles, Attributes: espo.Attrs{"lastName": name}})
	}
	srv, err := espotest.Start(
		role("Sales", espo.AccessAll, espo.AccessOwn), role("Support", espo.AccessTeam, espo.AccessTeam), role("Trainee", espo.AccessOwn, espo.AccessNo),
		user("olena", "Sales"), user("jane", "Sales"), user("john", "Support"), user("max", "Trainee"),
	)
	if err != nil {
		return nil, espo.Ref{}, err
	}
	ids := make(map[string]string)
	for _, u := range srv.Records("User") {
		ids[u.String("userName")] = u.ID()
	}
	team := srv.Seed("Team", espo.Attrs{"name": "Kyiv"})[0]
	if err := srv.ClientAs(admin()).Teams.Users(team).Link(context.Background(), ids["john"]); err != nil {
		srv.Close()
		return nil, espo.Ref{}, err
	}
	account := srv.Seed("Account", espo.Attrs{"name": "Acme", "assignedUserId": ids["olena"], "teamsIds": []string{team}})[0]
	return srv, espo.Ref{Type: "Account", ID: account}, nil
}
