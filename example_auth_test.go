package espo_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/go-espo/espo"
	"github.com/go-espo/espo/espotest"
)

// A user name and a password in every request: for a script of a few calls.
// For more of them, Token costs the server less.
func ExampleBasic() {
	srv, _ := example()
	defer srv.Close()
	client := srv.ClientAs(espo.Basic(espotest.AdminUser, espotest.AdminPassword))
	fmt.Println(client.App.Ping(context.Background()))

	wrong := srv.ClientAs(espo.Basic(espotest.AdminUser, "mistyped"))
	fmt.Println(errors.Is(wrong.App.Ping(context.Background()), espo.ErrUnauthorized))
	// Output:
	// <nil>
	// true
}

// A user with a second factor: the function is asked for the code once, at
// the login, and not for each call.
func ExampleSecondFactor() {
	srv, _ := example()
	defer srv.Close()
	ctx := context.Background()
	client := srv.ClientAs(espo.Token(espotest.TOTPUser, espotest.TOTPPassword,
		espo.SecondFactor(func(_ context.Context, r espo.SecondFactorRequest) (string, error) {
			fmt.Println("code for", r.UserName+":", r.Message)
			return espotest.TOTPCode, nil // a real program asks its user
		})))

	for range 2 {
		me, err := client.App.CurrentUser(ctx)
		fmt.Println(me.User.UserName, err)
	}
	// Output:
	// code for totp-user: enterTotpCode
	// totp-user <nil>
	// totp-user <nil>
}

// Without a function, the error says which code is wanted. A web application
// shows a form for it, and begins again with what was typed in.
func ExampleSecondFactorError() {
	srv, _ := example()
	defer srv.Close()
	client := srv.ClientAs(espo.Token(espotest.TOTPUser, espotest.TOTPPassword))

	err := client.App.Ping(context.Background())
	var second *espo.SecondFactorError
	if errors.As(err, &second) {
		fmt.Println(second.Request.UserName, second.Request.Message)
	}
	// Output: totp-user enterTotpCode
}

// The token can be read at any time, and the client prints without it.
func ExampleTokenAuth() {
	srv, _ := example()
	defer srv.Close()
	ctx := context.Background()

	auth := espo.Token(espotest.AdminUser, espotest.AdminPassword, espo.TokenSecret())
	client := srv.ClientAs(auth)
	fmt.Println("before the login:", auth.Token() != "")
	if err := client.App.Ping(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("after it:", auth.Token() != "", auth)
	if err := client.Logout(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("after the logout:", auth.Token() != "")
	// Output:
	// before the login: false
	// after it: true espo.Token(***)
	// after the logout: false
}

// After too many failed logins from an address, the server lets nobody in from
// there for a minute. That is not a missing right, although it is a 403 too.
func ExampleErrLoginBarred() {
	srv, client := example()
	defer srv.Close()
	srv.Fail(espotest.Fault{Kind: espotest.LoginLimit{}})

	_, err := client.Accounts.List(context.Background(), espo.Query{})
	switch {
	case errors.Is(err, espo.ErrLoginBarred):
		fmt.Println("try again in a minute")
	case errors.Is(err, espo.ErrForbidden):
		fmt.Println("this user has no right to read accounts")
	}
	// Output: try again in a minute
}

// An administrator's program acts for its users: each sees and does what it has
// a right to, and is named as the author.
func ExampleActAs() {
	srv, client := start()
	defer srv.Close()
	ctx := context.Background()
	srv.Seed("User", espo.Attrs{"userName": "olena", "lastName": "Koval", "type": "regular"})

	me, err := client.App.CurrentUser(ctx, espo.ActAs("olena"))
	fmt.Println(me.User.Name, err)
	// Output: Koval <nil>
}

// What the user may do, before a program shows a button for it.
func ExampleCurrentUser() {
	srv, err := espotest.Start(
		espotest.WithRole(espotest.Role{
			Name:        "Reader",
			Scopes:      map[string]espotest.Access{"Account": {Read: espo.AccessTeam, Create: espo.AccessYes}},
			Permissions: map[string]espo.AccessLevel{"exportPermission": espo.AccessYes},
		}),
		espotest.WithUser(espotest.User{UserName: "reports", Type: "api", APIKey: "a-key", Roles: []string{"Reader"}}),
	)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	client := srv.ClientAs(espo.APIKey("a-key"))

	me, err := client.App.CurrentUser(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("read accounts:", me.Can(espo.AccessRead, "Account"), me.Level(espo.AccessRead, "Account"))
	fmt.Println("delete accounts:", me.Can(espo.AccessDelete, "Account"))
	fmt.Println("edit the website:", me.CanField(espo.AccessEdit, "Account", "website"))
	fmt.Println("export:", me.Permission("export"))
	// Output:
	// read accounts: true team
	// delete accounts: false
	// edit the website: false
	// export: yes
}

// A key from a configuration does not get into a log by accident.
func ExampleSecret() {
	config := struct {
		URL string
		Key espo.Secret
	}{"https://crm.example.com", "0123456789abcdef"}

	fmt.Printf("%+v\n", config)
	fmt.Println(config.Key.String(), len(string(config.Key)))
	_, err := espo.NewClient(config.URL, espo.APIKey(config.Key))
	fmt.Println(err)
	// Output:
	// {URL:https://crm.example.com Key:***}
	// *** 16
	// <nil>
}
